import type { CompareGroup } from "../../figures/compare-schema.ts";
import { concurrencyNotes } from "../compare/concurrency.ts";
import { speedsApart } from "../compare/machine-kinds.ts";
import { unlikeSpeeds } from "../compare/speed-lines.ts";
import { machineNotes, speedLineNotes } from "../compare/speed-notes.ts";
import { unlikeSpeedsNote } from "../sentences/notes.ts";
import { rowNotes } from "../compare/row-notes.ts";
import { derivedWarnings } from "../compare/warnings.ts";

/**
 * What limits the figures of these rows, once each.
 *
 * @param thresholds of horizons that were asked for, of which the comparison tells itself on how many rollouts they rest
 */
export function cautionsOf(groups: readonly CompareGroup[], thresholds?: readonly number[]): string[] {
  const unlike = unlikeSpeeds(groups);
  return [
    ...rowNotes(groups, (group) => derivedWarnings(group, thresholds === undefined ? undefined : [])),
    ...(unlike.length > 0 ? [unlikeSpeedsNote(unlike, "How fast")] : []),
    ...speedsApart(groups, true),
    ...speedLineNotes(groups, true),
    ...machineNotes(groups),
    ...concurrencyNotes(groups),
  ];
}
