import type { ReadPage } from "../../reading/page.ts";
import { judgedOtherwiseNote } from "../sentences/notes.ts";
import { notShownNote } from "../sentences/page.ts";

/** What is said of the single runs of a file that its page leaves out. */
export function leftOutNotes({ others, judgedOtherwise }: ReadPage): string[] {
  return [
    ...(judgedOtherwise === null ? [] : [judgedOtherwiseNote(judgedOtherwise)]),
    ...(others > 0 ? [notShownNote(others)] : []),
  ];
}
