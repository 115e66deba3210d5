import { isSimulated } from "../../reading/settings.ts";
import { createColors } from "picocolors";
import { renderMeasures } from "../tables/measure-table.ts";
import { visible } from "../../visible-text.ts";
import { type TextStyle, wrap } from "../words/layout.ts";
import { curvesAtMost, type PlotOptions, renderPlot } from "../words/plot.ts";
import { type Metric } from "../../figures/metric.ts";
import { marginLines } from "./margin-part.ts";
import { withRows } from "./measured-rows.ts";
import type { CompareDocument } from "../../figures/compare-schema.ts";
import { simulatedNote } from "../sentences/page.ts";
import { slipLines } from "./slip-lines.ts";
import { tableNotes } from "./table-notes.ts";

/**
 * What a person reads of a comparison: the table, the conclusion, every pair where there are several and no tiers, the
 * notes.
 */
export function renderCompare(
  document: CompareDocument,
  metric: Metric,
  { width, color, unicode }: TextStyle,
): string {
  const paint = createColors(color);
  const { groups, pairs, notes, verdict, tiers, margin } = document;
  const told =
    pairs.length > 1 && tiers === undefined
      ? [pairs.map((pair) => wrap(visible(pair.verdict), width, "  ", "    ")).join("\n")]
      : [];
  const simulated = groups.some(isSimulated) ? [simulatedNote()] : [];
  const remarks = [...simulated, ...notes, ...tableNotes(document, metric)].map((note) =>
    paint.yellow(wrap(`note: ${visible(note)}`, width, "", "      ")),
  );
  const slips = metric === "slips" ? slipLines(groups) : [];
  return [
    withRows(document, metric, unicode ? "█" : "#", (rows, labels, columns) =>
      renderMeasures(rows, labels, columns, width, groups[0]?.engine === "scripted"),
    ),
    ...(slips.length > 0 ? [slips.map((line) => wrap(visible(line), width, "", "  ")).join("\n")] : []),
    ...(metric === "summary" || metric === "horizon" ? curvesOf(groups, { width, unicode }) : []),
    paint.bold(wrap(visible(verdict), width, "")),
    ...told,
    ...marginText(margin, width),
    ...chosenText(document, metric, width),
    ...(remarks.length > 0 ? [remarks.join("\n")] : []),
  ].join("\n\n");
}

/** Which to run, where the table is about how far they get. */
function chosenText({ recommendation }: CompareDocument, metric: Metric, width: number): string[] {
  const isAsked = metric === "summary" || metric === "horizon";
  const sentences = isAsked ? (recommendation?.sentences ?? []) : [];
  return sentences.length === 0
    ? []
    : [sentences.map((one) => wrap(visible(one), width, "", "  ")).join("\n")];
}

function marginText(margin: CompareDocument["margin"], width: number): string[] {
  if (margin === undefined) return [];
  return [
    marginLines(margin)
      .map((line) => wrap(visible(line), width, "  ", "    "))
      .join("\n"),
  ];
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
