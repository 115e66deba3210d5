import type { RunSummary } from "../../figures/run-schema.ts";
import { hasLevel, levelName } from "../../settings/on-level.ts";
import { levelClaim } from "../sentences/levels.ts";

/** The sentence that says on which level rows were played; none where none has one. */
export function levelClaims(
  rows: readonly { readonly label: string; readonly settings: RunSummary["settings"] }[],
): string[] {
  if (!rows.some(({ settings }) => hasLevel(settings))) return [];
  const levels = rows.map(({ label, settings }) => ({
    label,
    level: hasLevel(settings) ? levelName(settings) : null,
  }));
  return [levelClaim(levels)];
}
