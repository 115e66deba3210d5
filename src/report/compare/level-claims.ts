import type { RunSummary } from "../../figures/run-schema.ts";
import { levelsBeside } from "../../settings/on-level.ts";
import { levelClaim } from "../sentences/levels.ts";

/** The sentence that says on which level rows were played; none where none was asked for by its level. */
export function levelClaims(
  rows: readonly { readonly label: string; readonly settings: RunSummary["settings"] }[],
): string[] {
  const levels = levelsBeside(rows.map(({ settings }) => settings));
  if (levels.every((level) => level === null)) return [];
  return [levelClaim(rows.map(({ label }, index) => ({ label, level: levels[index] ?? null })))];
}
