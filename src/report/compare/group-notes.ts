import type { ReadGroup } from "../../reading/groups.ts";
import { fullContextNotes } from "./full-contexts.ts";
import { failedNote } from "../sentences/notes.ts";

/** What a reader must know of the runs behind a row. */
export function groupNotes({ rows, failed }: ReadGroup, label: string): string[] {
  const isShown = rows.some(({ id }) => id === failed?.id);
  return [
    ...fullContextNotes(rows, label),
    ...(failed === null || isShown ? [] : [failedNote(label, failed)]),
  ];
}
