import type { PageDocument } from "../../report/page/page-schema.ts";
import { speedsApart } from "../../report/compare/machine-kinds.ts";
import { unknown } from "../../report/words/numbers.ts";
import { axes, below, beside, type Figure, text } from "./drawing.ts";
import { type Style, styleOf } from "./palette.ts";
import {
  drawnHorizon,
  horizonCells,
  horizonColumns,
  pointSeries,
  scattered,
  topOf,
  turnsName,
} from "./points.ts";

/** Right turns a second against horizon; those that nobody beats in how far, how fast and memory stand out. @param styles of the rows */
export function paretoFigure(
  { comparison, details, unlike }: PageDocument,
  styles: readonly Style[] = [],
): Figure | null {
  const rows = (comparison?.groups ?? []).flatMap((group, index) => {
    const rate = group.correctTurnsPerSecond;
    const style = styles[index] ?? styleOf(index);
    return rate === null ? [] : [{ group, style, rate, by: details[index]?.beatenBy ?? [] }];
  });
  const points = rows.flatMap(({ group, style, rate, by }) => {
    const height = drawnHorizon(group);
    return height === null
      ? []
      : [{ label: group.label, style, x: rate, across: null, height, isLesser: by.length > 0 }];
  });
  if (unlike.length > 0 || points.length < 2) return null;
  return {
    id: "pareto",
    part: "how-fast",
    title: "Horizon against speed",
    label: rows
      .map(
        ({ group, rate }) =>
          `${group.label}: ${text(rate)} right turns a second, H50 ${horizonCells(group)[0] ?? unknown}`,
      )
      .join("; "),
    notes: speedsApart(
      rows.map(({ group }) => group),
      false,
    ),
    columns: [
      "model",
      "right turns/s",
      "decode tokens/s",
      "conversations in a batch",
      ...horizonColumns,
      "peak memory, bytes",
      "beaten by",
    ],
    rows: rows.map(({ group, rate, by }) => [
      group.label,
      rate,
      group.speed.aggregate.decodeTokensPerSecond,
      group.speed.aggregate.conversations,
      ...horizonCells(group),
      group.memory.peakRssBytes,
      by.length === 0 ? "nobody shown" : by.join(", "),
    ]),
    option: (ground) => ({
      ...scattered(points, ground),
      xAxis: { ...below("right turns/s"), type: "value", ...axes(ground) },
      yAxis: { type: "value", name: turnsName, ...beside(ground), max: topOf(points, false) },
      series: pointSeries(points, topOf(points, false), ground),
    }),
  };
}
