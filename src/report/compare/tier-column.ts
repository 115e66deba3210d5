import type { CompareDocument, CompareGroup } from "../../figures/compare-schema.ts";

/** A row of a table: its runs tell which group it is of, its label may name a speed setting, too. */
type Row = Pick<CompareGroup, "runs">;

/**
 * Which tier a row is of, from 1: it cannot be told from the best. Null: it was not compared.
 *
 * @returns null where rows have no tiers
 */
export function tierOf({
  tiers,
  groups,
}: Pick<CompareDocument, "tiers" | "groups">): ((row: Row) => number | null) | null {
  if (tiers === undefined) return null;
  const places = new Map(
    tiers.flatMap(({ rows }, index) => rows.map((label) => [label, index + 1] as const)),
  );
  const known = new Map(groups.map(({ runs, label }) => [keyOf(runs), places.get(label) ?? null]));
  return ({ runs }) => known.get(keyOf(runs)) ?? null;
}

function keyOf(runs: readonly string[]): string {
  return runs.join(" ");
}
