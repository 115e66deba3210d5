import { createColors } from "picocolors";
import { renderMeasures } from "../tables/measure-table.ts";
import { visible } from "../../visible-text.ts";
import { type TextStyle, wrap } from "../words/layout.ts";
import { curvesAtMost, type PlotOptions, renderPlot } from "../words/plot.ts";
import { type Metric } from "../../figures/metric.ts";
import { depthColumns, depthRows } from "./depth-rows.ts";
import { headlineColumns } from "./headline-rows.ts";
import { columnsOf } from "./metrics.ts";
import type { CompareDocument } from "../../figures/compare-schema.ts";
import { simulatedNote } from "../sentences/page.ts";
import { slipLines } from "./slip-lines.ts";
import { speedLines } from "./speed-lines.ts";
import { tableNotes } from "./table-notes.ts";

/** What a person reads of a comparison: the table, every pair where there are several, the conclusion, the notes. */
export function renderCompare(
  document: CompareDocument,
  metric: Metric,
  { width, color, unicode }: TextStyle,
): string {
  const paint = createColors(color);
  const { groups, pairs, notes, verdict } = document;
  const told =
    pairs.length > 1
      ? [pairs.map((pair) => wrap(visible(pair.verdict), width, "  ", "    ")).join("\n")]
      : [];
  const simulated = groups.some(({ engine }) => engine === "scripted") ? [simulatedNote()] : [];
  const remarks = [...simulated, ...notes, ...tableNotes(document, metric)].map((note) =>
    paint.yellow(wrap(`note: ${visible(note)}`, width, "", "      ")),
  );
  const slips = metric === "slips" ? slipLines(groups) : [];
  return [
    tableOf(document, metric, { width, unicode }),
    ...(slips.length > 0 ? [slips.map((line) => wrap(visible(line), width, "", "  ")).join("\n")] : []),
    ...(metric === "summary" || metric === "horizon" ? curvesOf(groups, { width, unicode }) : []),
    paint.bold(wrap(visible(verdict), width, "")),
    ...told,
    ...(remarks.length > 0 ? [remarks.join("\n")] : []),
  ].join("\n\n");
}

function tableOf(
  { groups, depths, headline = [] }: CompareDocument,
  metric: Metric,
  { width, unicode }: Omit<TextStyle, "color">,
): string {
  const isSimulated = groups[0]?.engine === "scripted";
  if (depths !== undefined) {
    const rows = depthRows(depths);
    return renderMeasures(rows, labelsOf(rows), depthColumns(rows, unicode ? "█" : "#"), width, isSimulated);
  }
  if (metric === "headline")
    return renderMeasures(headline, labelsOf(headline), headlineColumns, width, isSimulated);
  const lines = metric === "speed" ? speedLines(groups) : groups;
  return renderMeasures(lines, labelsOf(lines), columnsOf(metric, lines), width, isSimulated);
}

function labelsOf(rows: readonly { readonly label: string }[]): string[] {
  return rows.map(({ label }) => label);
}

const caption = "rollouts without an error so far, with 95 % bands";

/** The curves of all rows on one pair of axes; where there are too many, none. */
function curvesOf(groups: CompareDocument["groups"], options: PlotOptions): string[] {
  const curves = groups
    .filter(({ taskAccuracy }) => taskAccuracy.length > 1)
    .map(({ label, taskAccuracy }) => ({ label: visible(label), points: taskAccuracy }));
  if (curves.length < 1 || curves.length > curvesAtMost) return [];
  return [[caption, ...renderPlot(curves, options)].join("\n")];
}
