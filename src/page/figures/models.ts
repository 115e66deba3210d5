import type { PageDocument } from "../../report/page/page-schema.ts";
import { unknown } from "../../report/words/numbers.ts";
import type { Ground } from "./palette.ts";
import { axes, type Figure, itemBase, text } from "./drawing.ts";
import { drawnHorizon, horizonCells, type Point, pointSeries, topOf } from "./points.ts";

export const horizonColumns = ["H50", "H50 low", "H50 high"];
export const turnsName = "H50, turns (▲ beyond)";

/** Speed against horizon; those that nobody beats in both stand out. */
export function paretoFigure({ comparison, details, unlike, standing }: PageDocument): Figure | null {
  const rows = (comparison?.groups ?? []).flatMap((group, index) => {
    const rate = group.speed.aggregate.decodeTokensPerSecond;
    return rate === null ? [] : [{ group, index, rate, by: details[index]?.beatenBy ?? [] }];
  });
  const points = rows.flatMap(({ group, index, rate, by }) => {
    const height = drawnHorizon(group);
    return height === null
      ? []
      : [{ label: group.label, index, x: rate, across: null, height, isLesser: by.length > 0 }];
  });
  if (unlike.length > 0 || points.length < 2) return null;
  return {
    id: "pareto",
    title: "Horizon against speed",
    label: rows
      .map(
        ({ group, rate }) =>
          `${group.label}: ${text(rate)} tokens a second, H50 ${horizonCells(group)[0] ?? unknown}`,
      )
      .join("; "),
    notes: standing,
    columns: [
      "model",
      "decode tokens/s",
      "conversations in a batch",
      ...horizonColumns,
      "peak memory, bytes",
      "right turns/s",
      "beaten in both by",
    ],
    rows: rows.map(({ group, rate, by }) => [
      group.label,
      rate,
      group.speed.aggregate.conversations,
      ...horizonCells(group),
      group.memory.peakRssBytes,
      group.correctTurnsPerSecond,
      by.length === 0 ? "nobody shown" : by.join(", "),
    ]),
    option: (ground) => ({
      ...scattered(points, ground),
      xAxis: { ...below("decode, tokens/s"), type: "value", ...axes(ground) },
      yAxis: { type: "value", name: turnsName, ...beside(ground), max: topOf(points, false) },
      series: pointSeries(points, topOf(points, false), ground),
    }),
  };
}

export function scattered(points: readonly Point[], ground: Ground, more: readonly string[] = []): object {
  return itemBase(ground, [...more, ...points.map(({ label }) => label)]);
}

export function below(name: string): object {
  return { name, nameLocation: "middle", nameGap: 28 };
}

/** The name of an upright axis begins at the figure's edge, however long it is. */
export function beside(ground: Ground): object {
  const drawn = axes(ground) as { nameTextStyle: object };
  return { ...drawn, nameTextStyle: { ...drawn.nameTextStyle, align: "left", padding: [0, 0, 0, -40] } };
}
