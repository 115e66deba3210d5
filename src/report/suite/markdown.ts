import { escapeMarkdown, markdownTable } from "../compare/markdown.ts";
import { tableNotes } from "../compare/table-notes.ts";
import { simulatedNote } from "../sentences/page.ts";
import { levelLines } from "./level-searches.ts";
import type { SuiteDocument, SuiteExperiment } from "./suite-schema.ts";
import { toldBy, withTables } from "./table.ts";

/** For an issue or a model card: a heading, a table and its sentences for each experiment. */
export function renderSuiteMarkdown(document: SuiteDocument): string {
  return [...levelLines(document).map(escapeMarkdown), ...document.experiments.map(experimentMarkdown)].join(
    "\n\n",
  );
}

function experimentMarkdown(experiment: SuiteExperiment): string {
  const { comparison } = experiment;
  const isSimulated = comparison.groups[0]?.engine === "scripted";
  const tables = withTables(experiment, (rows, labels, columns) =>
    markdownTable(isSimulated ? "simulated model" : "model", rows, labels, columns),
  );
  const notes = [
    ...(isSimulated ? [simulatedNote()] : []),
    ...comparison.notes,
    ...tableNotes(comparison, "experiment"),
  ];
  const told = [...toldBy(experiment), ...notes].map(escapeMarkdown);
  return [`## ${escapeMarkdown(experiment.experiment)}`, ...tables, ...told].join("\n\n");
}
