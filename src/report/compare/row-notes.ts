import { listed } from "../words/words.ts";

/** Notes on rows: each once, with the rows that it concerns unless it concerns all. */
export function rowNotes<Row extends { readonly label: string }>(
  rows: readonly Row[],
  notesOf: (row: Row) => readonly string[],
): string[] {
  const labels = new Map<string, string[]>();
  for (const row of rows)
    for (const note of new Set(notesOf(row))) labels.set(note, [...(labels.get(note) ?? []), row.label]);
  return [...labels].map(([note, concerned]) =>
    concerned.length === rows.length ? note : `${listed(concerned)}: ${note}`,
  );
}
