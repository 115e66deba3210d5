import { partialStudies } from "../../figures/missing-shares.ts";
import type { ReadGroup } from "../../reading/groups.ts";
import { sharesMissing } from "../sentences/shares.ts";
import { machineKindNotes } from "./machine-kinds.ts";
import { rowNotes } from "./row-notes.ts";

/**
 * Of what parts rows were put together, each note once with the rows that it concerns: shares that are missing, kinds of
 * machine.
 */
export function playedNotes(
  rows: readonly { readonly label: string; readonly group: ReadGroup }[],
): string[] {
  return [
    ...rowNotes(rows, ({ group }) => partialStudies(group).map(sharesMissing)),
    ...rowNotes(rows, ({ group }) => machineKindNotes(group)),
  ];
}
