import type { CompareGroup } from "../../figures/compare-schema.ts";
import { groupBy } from "../../group-by.ts";
import { beatenSentence, type StandingFigures, unbeatenSentence } from "../sentences/page.ts";
import { speedMargin } from "./beaten.ts";

/**
 * Who is beaten in horizon and speed both, in words; nothing where fewer than two rows have both on one kind of machine.
 *
 * @param beaten beside `groups`, the labels of those that beat a row
 */
export function standingOf(
  groups: readonly CompareGroup[],
  beaten: readonly (readonly string[])[],
): string[] {
  const figures = groups.flatMap((group) => figuresOf(group) ?? []);
  if ([...groupBy(figures, ({ machine }) => machine).values()].every(({ length }) => length < 2)) return [];
  const said = groups.flatMap(({ label }, index) => {
    const by = figures.filter((one) => beaten[index]?.includes(one.label));
    const own = figures.find((one) => one.label === label);
    return own === undefined || by.length === 0 ? [] : [beatenSentence(own, by, speedMargin)];
  });
  return said.length > 0 ? said : [unbeatenSentence(speedMargin)];
}

function figuresOf({
  label,
  horizons,
  speed,
  speeds,
}: CompareGroup): (StandingFigures & { readonly machine: string }) | null {
  const half = horizons.find(({ s }) => s === 0.5);
  const rate = speed.aggregate.decodeTokensPerSecond;
  if (half === undefined || half.status === "unknown" || rate === null) return null;
  const [machine = ""] = speeds.map((one) => one.machine);
  return { label, half, decodeTokensPerSecond: rate, machine };
}
