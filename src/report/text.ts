import { isSimulated } from "../reading/settings.ts";
import { createColors } from "picocolors";
import { unlikeText } from "./compare/unlike-settings.ts";
import { renderRuns } from "./tables/run-table.ts";
import { runLabels } from "./words/labels.ts";
import { visible } from "../visible-text.ts";
import { type Pen, type TextStyle, wrap } from "./words/layout.ts";
import { renderRun } from "./run-text.ts";
import type { RunDocument } from "../figures/run-schema.ts";
import { rowsStand } from "./sentences/run.ts";

/** The document in words: each run, one table for several, the conclusion, and where the rows are. */
export function renderDocument(document: RunDocument, style: TextStyle): string {
  const pen: Pen = { ...style, paint: createColors(style.color) };
  const labels = runLabels(document.runs);
  const sections = document.runs.map((run, index) =>
    renderRun(run, labels[index] ?? run.name, pen, document.thresholds),
  );
  return [
    ...sections,
    ...comparisons(document, labels, pen),
    pen.paint.bold(wrap(visible(document.verdict), style.width, "")),
    ...chosenText(document, pen),
    rowsText(document, pen),
  ].join("\n\n");
}

/** A table of real and one of simulated models, where there are several runs alike; the conclusion says why others have none. */
function comparisons({ runs }: RunDocument, labels: readonly string[], { width }: Pen): string[] {
  const kinds = [...new Set(runs.map(isSimulated))];
  return kinds.flatMap((kind) => {
    const chosen = runs.flatMap((run, index) =>
      isSimulated(run) === kind ? [{ run, label: labels[index] ?? run.name }] : [],
    );
    const members = chosen.map(({ run }) => run);
    if (chosen.length < 2 || unlikeText(members) !== null) return [];
    const names = chosen.map(({ label }) => label);
    return [renderRuns(members, names, width)];
  });
}

function chosenText({ recommendation }: RunDocument, { width }: Pen): string[] {
  const sentences = recommendation?.sentences ?? [];
  return sentences.length === 0
    ? []
    : [sentences.map((one) => wrap(visible(one), width, "", "  ")).join("\n")];
}

function rowsText({ db, runs }: RunDocument, { paint, width }: Pen): string {
  const file = visible(db);
  if (runs.length === 0) return paint.dim(`Nothing written to ${file}.`);
  const ids = runs.map(({ id }) => id);
  const hasTurns = runs.some(({ overallTurnAccuracy }) => overallTurnAccuracy.n > 0);
  return paint.dim(wrap(rowsStand(file, ids, hasTurns), width, ""));
}
