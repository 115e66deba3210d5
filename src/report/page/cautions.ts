import type { CompareGroup } from "../../figures/compare-schema.ts";
import { concurrencyNotes } from "../compare/concurrency.ts";
import { unlikeSpeeds } from "../compare/speed-lines.ts";
import { machineNotes, speedLineNotes } from "../compare/speed-notes.ts";
import { unlikeSpeedsNote } from "../sentences/notes.ts";
import { derivedWarnings } from "../compare/warnings.ts";
import { listed } from "../words/words.ts";

/** What limits the figures of these rows: each caution once, with the rows that it concerns unless it concerns all. */
export function cautionsOf(groups: readonly CompareGroup[]): string[] {
  const rowsOf = new Map<string, string[]>();
  for (const group of groups)
    for (const caution of new Set(derivedWarnings(group)))
      rowsOf.set(caution, [...(rowsOf.get(caution) ?? []), group.label]);
  const unlike = unlikeSpeeds(groups);
  return [
    ...[...rowsOf].map(([caution, labels]) =>
      labels.length === groups.length ? caution : `${listed(labels)}: ${caution}`,
    ),
    ...(unlike.length > 0 ? [unlikeSpeedsNote(unlike, "How fast")] : []),
    ...speedLineNotes(groups, true),
    ...machineNotes(groups),
    ...concurrencyNotes(groups),
  ];
}
