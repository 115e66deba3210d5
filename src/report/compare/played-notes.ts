import type { ReadGroup } from "../../reading/groups.ts";
import { machineKindNotes } from "./machine-kinds.ts";
import { rowNotes } from "./row-notes.ts";

/** Of what parts rows were put together, each note once with the rows that it concerns: the kinds of machine. */
export function playedNotes(
  rows: readonly { readonly label: string; readonly group: ReadGroup }[],
): string[] {
  return rowNotes(rows, ({ group }) => machineKindNotes(group.speeds.flatMap((speed) => speed.rows)));
}
