import { groupBy } from "../../group-by.ts";
import type { RunRows } from "../../reading/rows.ts";
import { fullContextNote } from "../sentences/notes.ts";

/**
 * How many of a row's rollouts ended with their context full, for each length of it. A longer context decides nothing but
 * speed until one is full: from there on it decides how far a rollout was let.
 */
export function fullContextNotes(rows: readonly RunRows[], label: string): string[] {
  return [...groupBy(rows, ({ run }) => String(run.contextLength)).values()].flatMap((own) => {
    const tokens = own[0]?.run.contextLength ?? null;
    const ends = own.flatMap(({ tracks }) => tracks.map(({ end }) => end));
    const full = ends.filter((end) => end === "context_full").length;
    return full === 0 ? [] : [fullContextNote(label, { full, begun: ends.length, tokens })];
  });
}
