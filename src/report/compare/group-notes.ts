import type { ReadGroup } from "../../reading/groups.ts";
import { failedNote, repeatedNote } from "../sentences/notes.ts";

/** What a reader must know of the runs behind a row. */
export function groupNotes({ rows, leftOut, failed }: ReadGroup, label: string): string[] {
  const isShown = rows.some(({ id }) => id === failed?.id);
  return [
    ...(leftOut.length === 0 ? [] : [repeatedNote(leftOut)]),
    ...(failed === null || isShown ? [] : [failedNote(label, failed)]),
  ];
}
