import type { CompareDocument } from "../../figures/compare-schema.ts";
import { servedAlike } from "../../figures/served-alike.ts";
import type { ReadGroup } from "../../reading/groups.ts";
import { servedAlikeNote } from "../sentences/servers.ts";
import { groupNotes } from "./group-notes.ts";

/** What is to be said of rows one by one, and of those that are one model here and behind a server. */
export function notesAndServed(
  groups: readonly ReadGroup[],
  labels: readonly string[],
): { readonly notes: readonly string[]; readonly part: Pick<CompareDocument, "served"> } {
  const served = servedAlike(groups, labels);
  const ofGroups = groups.flatMap((group, index) => groupNotes(group, labels[index] ?? ""));
  return {
    notes: [...served.map(servedAlikeNote), ...ofGroups],
    part: served.length === 0 ? {} : { served },
  };
}
