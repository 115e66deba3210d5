import { isSimulated } from "../../reading/settings.ts";
import type { CompareDocument } from "../../figures/compare-schema.ts";
import type { Metric } from "../../figures/metric.ts";
import { simulatedNote } from "../sentences/page.ts";
import { type Measure, toldColumns } from "../tables/measure-table.ts";
import { unknown } from "../words/numbers.ts";
import { marginLines } from "./margin-part.ts";
import { withRows } from "./measured-rows.ts";
import { slipLines } from "./slip-lines.ts";
import { tableNotes } from "./table-notes.ts";

/** A table for an issue or a model card, and the conclusion below it. */
export function renderCompareMarkdown(document: CompareDocument, metric: Metric): string {
  const { groups, verdict, notes, recommendation, margin } = document;
  const hasSimulated = groups.some(isSimulated);
  const slips = metric === "slips" ? slipLines(groups) : [];
  return [
    withRows(document, metric, null, (rows, labels, columns) =>
      markdownTable(hasSimulated ? "simulated model" : "model", rows, labels, columns),
    ),
    "",
    escapeMarkdown(verdict),
    ...(margin === undefined ? [] : ["", ...marginLines(margin).map((line) => `- ${escapeMarkdown(line)}`)]),
    ...[
      ...(recommendation?.sentences ?? []),
      ...slips,
      ...(hasSimulated ? [simulatedNote()] : []),
      ...notes,
      ...tableNotes(document, metric),
    ].map((note) => `\n${escapeMarkdown(note)}`),
  ].join("\n");
}

/** Rows by their measures; columns that nobody has a figure for or asked for are left out. */
export function markdownTable<Row>(
  title: string,
  rows: readonly Row[],
  labels: readonly string[],
  all: readonly Measure<Row>[],
): string {
  const columns = toldColumns(rows, all);
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  return [
    line([title, ...columns.map((column) => column.title)]),
    `|---|${columns.map(({ align }) => (align === "right" ? "--:|" : "---|")).join("")}`,
    ...rows.map((row, index) => line([labels[index] ?? unknown, ...columns.map(({ cell }) => cell(row))])),
  ].join("\n");
}

/** A text that Markdown takes as it is. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[|<>\\`*_]/g, "\\$&").replace(/[\r\n]+/g, " ");
}
