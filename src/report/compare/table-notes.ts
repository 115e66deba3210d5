import { survivorsOnly } from "../sentences/cautions.ts";
import { manySpeedNotes, unlikeSpeedsNote } from "../sentences/notes.ts";
import { listed } from "../words/words.ts";
import type { Metric } from "../../figures/metric.ts";
import { everyPairAtMost } from "../../figures/few-rows.ts";
import type { CompareDocument, CompareGroup } from "../../figures/compare-schema.ts";
import { concurrencyNotes } from "./concurrency.ts";
import { speedsApart } from "./machine-kinds.ts";
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
  const hasLines = table === "speed" || table === "depth";
  const unlike = hasLines ? [] : unlikeSpeeds(groups);
  const isOfSpeed = table === "summary" || hasLines;
  const where = table === "experiment" ? "the speed table" : "--metric speed";
  return [
    ...(survivors.length > 0 ? [`${about}${survivorsOnly()}.`] : []),
    ...(unlike.length > 0 ? [unlikeSpeedsNote(unlike, where)] : []),
    ...(isOfSpeed || table === "experiment" ? speedsApart(groups, hasLines) : []),
    ...(isOfSpeed ? ofSpeeds(groups, table) : []),
  ];
}

/** Of many rows the summary says how much there is to know. */
function ofSpeeds(groups: readonly CompareGroup[], table: Metric | "experiment"): string[] {
  const notes = [
    ...speedLineNotes(groups, table === "speed").map((note) => `${note}.`),
    ...machineNotes(groups),
    ...concurrencyNotes(groups),
  ];
  const isTooMuch = [groups, notes].every(({ length }) => length > everyPairAtMost);
  return table === "summary" && isTooMuch ? [manySpeedNotes(notes.length)] : notes;
}
