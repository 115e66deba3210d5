import type { CompareDocument } from "../../figures/compare-schema.ts";
import { servedAlike } from "../../figures/served-alike.ts";
import type { ReadGroup } from "../../reading/groups.ts";
import { repeatedNote } from "../sentences/notes.ts";
import { servedAlikeNote } from "../sentences/servers.ts";
import { playedNotes } from "./played-notes.ts";
import { groupNotes } from "./group-notes.ts";

/** What is to be said of rows one by one, and of those that are one model here and behind a server. */
export function notesAndServed(
  groups: readonly ReadGroup[],
  labels: readonly string[],
): { readonly notes: readonly string[]; readonly part: Pick<CompareDocument, "served"> } {
  const served = servedAlike(groups, labels);
  const rows = groups.map((group, index) => ({ group, label: labels[index] ?? "" }));
  const leftOut = groups.flatMap((group) => group.leftOut);
  const repeated = leftOut.length === 0 ? [] : [repeatedNote(leftOut)];
  const ofGroups = rows.flatMap(({ group, label }) => groupNotes(group, label));
  return {
    notes: [...playedNotes(rows), ...served.map(servedAlikeNote), ...repeated, ...ofGroups],
    part: served.length === 0 ? {} : { served },
  };
}
