import { survivorsOnly } from "../sentences/cautions.ts";
import { unlikeSpeedsNote } from "../sentences/notes.ts";
import { listed } from "../words/words.ts";
import type { Metric } from "../../figures/metric.ts";
import type { CompareDocument } from "../../figures/compare-schema.ts";
import { concurrencyNotes } from "./concurrency.ts";
import { unlikeSpeeds } from "./speed-lines.ts";
import { machineNotes, speedLineNotes } from "./speed-notes.ts";

/**
 * What a reader of the table must know of its cells, beside the document's own notes.
 *
 * @param table that of a metric, or of a suite's experiment
 */
export function tableNotes(
  { groups }: Pick<CompareDocument, "groups">,
  table: Metric | "experiment",
): string[] {
  const survivors = groups.filter(({ turnAccuracyOf }) => turnAccuracyOf === "survivors");
  const about = survivors.length === groups.length ? "" : `${listed(survivors.map(({ label }) => label))}: `;
  const unlike = table === "speed" || table === "depth" ? [] : unlikeSpeeds(groups);
  const isOfSpeed = table === "summary" || table === "speed" || table === "depth";
  const where = table === "experiment" ? "show" : "--metric speed";
  return [
    ...(survivors.length > 0 ? [`${about}${survivorsOnly()}.`] : []),
    ...(unlike.length > 0 ? [unlikeSpeedsNote(unlike, where)] : []),
    ...(isOfSpeed ? speedLineNotes(groups, table === "speed").map((note) => `${note}.`) : []),
    ...(isOfSpeed ? [...machineNotes(groups), ...concurrencyNotes(groups)] : []),
  ];
}
