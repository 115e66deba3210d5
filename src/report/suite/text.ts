import { createColors } from "picocolors";
import { renderMeasures } from "../tables/measure-table.ts";
import { tableNotes } from "../compare/table-notes.ts";
import { visible } from "../../visible-text.ts";
import { type TextStyle, wrap } from "../words/layout.ts";
import { levelLines } from "./level-searches.ts";
import type { SuiteDocument, SuiteExperiment } from "./suite-schema.ts";
import { toldBy, withTables } from "./table.ts";
import { nothingAnsweredSentence } from "../sentences/findings.ts";
import { simulatedNote } from "../sentences/page.ts";

/** What a person reads of a suite: a table for each experiment, and what it says. */
export function renderSuite(document: SuiteDocument, style: TextStyle): string {
  if (document.experiments.length === 0) return `${visible(document.suite)}: ${nothingAnsweredSentence()}`;
  return [
    ...levelLines(document).map((line) => wrap(visible(line), style.width, "", "  ")),
    ...document.experiments.map((experiment) => renderExperiment(experiment, style)),
  ].join("\n\n\n");
}

function renderExperiment(experiment: SuiteExperiment, { width, color }: TextStyle): string {
  const paint = createColors(color);
  const { comparison } = experiment;
  const isSimulated = comparison.groups[0]?.engine === "scripted";
  const tables = withTables(experiment, (own, labels, columns) =>
    renderMeasures(own, labels.map(visible), columns, width, isSimulated),
  );
  return [
    paint.bold(visible(experiment.experiment)),
    tables.join("\n\n"),
    ...toldBy(experiment).map((sentence) => wrap(visible(sentence), width, "", "  ")),
    ...[
      ...(isSimulated ? [simulatedNote()] : []),
      ...comparison.notes,
      ...tableNotes(comparison, "experiment"),
    ].map((note) => paint.yellow(wrap(`note: ${visible(note)}`, width, "", "      "))),
  ].join("\n");
}
