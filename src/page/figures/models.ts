import type { PageDocument } from "../../report/page/page-schema.ts";
import { partText, unknown } from "../../report/words/numbers.ts";
import { namedOfWhom } from "../../report/words/survivors.ts";
import type { Ground } from "./palette.ts";
import { axes, type Figure, itemBase, percentAxis, text } from "./drawing.ts";
import { drawnHorizon, horizonCells, type Point, pointSeries, topOf } from "./points.ts";

export const horizonColumns = ["H50", "H50 low", "H50 high"];
export const turnsName = "H50, turns (▲ beyond)";

/** Horizon against file size; only where models differ in it and were asked the same. */
export function sizeFigure({ comparison, unlike }: PageDocument): Figure | null {
  const groups = comparison?.groups ?? [];
  const sizes = groups.flatMap(({ model }) => (model.bytes === null ? [] : [model.bytes]));
  // Files of about one size show nothing on this axis.
  if (unlike.length > 0 || sizes.length < groups.length || Math.max(...sizes) < 1.2 * Math.min(...sizes))
    return null;
  const points = groups.flatMap((group, index) => {
    const height = drawnHorizon(group);
    const { label, model } = group;
    return height === null || model.bytes === null
      ? []
      : [{ label, index, x: model.bytes, across: null, height, isLesser: false }];
  });
  if (points.length === 0) return null;
  return {
    id: "size",
    title: "Horizon against file size",
    label: groups
      .map(
        (group) =>
          `${group.label}: ${text(group.model.bytes)} bytes, H50 ${horizonCells(group)[0] ?? unknown}`,
      )
      .join("; "),
    columns: ["model", "parameters", "bytes", ...horizonColumns, "turn 1"],
    rows: groups.map((group) => [
      group.label,
      group.model.parameters,
      group.model.bytes,
      ...horizonCells(group),
      group.turnAccuracy.find(({ turn }) => turn === 1)?.accuracy ?? null,
    ]),
    option: (ground) => ({
      ...scattered(points, ground),
      xAxis: { ...below("file size, bytes"), type: "log", ...axes(ground) },
      yAxis: { type: "log", name: turnsName, ...beside(ground), max: topOf(points, true) },
      series: pointSeries(points, topOf(points, true), ground),
    }),
  };
}

/** The paper's illusion: p to ln s / ln p, and where the models stand on it. */
export function illusionFigure({ comparison, details, unlike }: PageDocument): Figure | null {
  const points = (comparison?.groups ?? []).flatMap((group, index) => {
    const height = drawnHorizon(group);
    const { accuracy: x, low, high } = group.overallTurnAccuracy;
    if (x === null || height === null || x <= 0.5 || height.isOpen) return [];
    const across = low === null || high === null ? null : ([Math.max(0.5, low), high] as const);
    const even = details[index]?.evenHorizon ?? null;
    return [
      {
        label: namedOfWhom(group),
        index,
        x,
        across,
        height,
        isLesser: false,
        even,
        cells: horizonCells(group),
      },
    ];
  });
  if (points.length === 0 || unlike.includes("keysPerTurn")) return null;
  // Closer and closer to 1, where the curve is steep.
  const curve = Array.from({ length: 120 }, (_, index) => 1 - 0.5 * 10 ** (-index / 40));
  return {
    id: "illusion",
    title: "Step accuracy and horizon",
    label: `The curve is ln 0.5 / ln p. ${points.map(({ label, x, height }) => `${label}: ${partText(x, 1)} of all turns right, H50 ${height.value}`).join("; ")}`,
    columns: ["model", "share of all turns right", ...horizonColumns, "H50 if every turn were as good"],
    rows: points.map(({ label, x, cells, even }) => [label, x, ...cells, even]),
    option: (ground) => ({
      ...scattered(points, ground, ["ln 0.5 / ln p"]),
      xAxis: { ...percentAxis(ground, "turns right"), ...below("turns right"), min: 0.5 },
      yAxis: { type: "log", name: "H50, turns", ...beside(ground), max: Math.max(1000, topOf(points, true)) },
      series: [
        {
          type: "line",
          name: "ln 0.5 / ln p",
          symbol: "none",
          silent: true,
          tooltip: { show: false },
          itemStyle: { color: ground.muted },
          lineStyle: { color: ground.muted },
          data: curve.map((p) => [p, Math.log(0.5) / Math.log(p)]),
        },
        ...pointSeries(points, 1000, ground),
      ],
    }),
  };
}

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
