import type { PageDocument } from "../../report/page/schema.ts";
import { styleOf } from "../palette.ts";
import { axes, type Figure, itemBase, percent, percentAxis, text } from "./drawing.ts";

/** Horizon against parameters or file size; only where models differ in it. */
export function sizeFigure({ comparison }: PageDocument): Figure | null {
  const groups = comparison?.groups ?? [];
  const sizes = groups.flatMap(({ model }) => (model.bytes === null ? [] : [model.bytes]));
  // Files of about one size show nothing on this axis.
  if (sizes.length < groups.length || Math.max(...sizes) < 1.2 * Math.min(...sizes)) return null;
  const rows = groups.map(({ label, model, horizons, predictedHorizon, turnAccuracy }) => {
    const half = horizons.find(({ s }) => s === 0.5);
    return [
      label,
      model.parameters,
      model.bytes,
      half?.turns ?? null,
      half?.lastTurn ?? null,
      predictedHorizon?.turns ?? null,
      turnAccuracy[0]?.accuracy ?? null,
    ];
  });
  return {
    id: "size",
    title: "Horizon against file size",
    summary: rows
      .map(([label, , bytes, turns, last]) => `${label}: ${bytes} bytes, H50 ${turns ?? `beyond ${last}`}`)
      .join("; "),
    columns: ["model", "parameters", "bytes", "H50", "last turn", "H50 from turns 1 and 2", "turn 1"],
    rows,
    option: (ground) => ({
      ...itemBase(ground),
      xAxis: { type: "log", name: "file size, bytes", nameLocation: "middle", nameGap: 28, ...axes(ground) },
      yAxis: { type: "log", name: "turns", ...axes(ground) },
      series: rows.map(([label, , bytes, turns, last], index) => ({
        type: "scatter",
        name: label,
        symbol: turns === null ? "triangle" : "circle",
        symbolSize: 12,
        itemStyle: { color: styleOf(index).color },
        data: [[bytes, turns ?? last]],
      })),
    }),
  };
}

/** The paper's illusion: p to ln s / ln p, and where the models stand on it. */
export function illusionFigure({ comparison }: PageDocument): Figure | null {
  const models = (comparison?.groups ?? []).flatMap(({ label, horizons, overallTurnAccuracy }, index) => {
    const half = horizons.find(({ s }) => s === 0.5);
    const p = overallTurnAccuracy.accuracy;
    const turns = half?.turns ?? null;
    return p === null || turns === null || p <= 0.5 ? [] : [{ label, p, turns, index }];
  });
  if (models.length === 0) return null;
  const curve = Array.from({ length: 100 }, (_, index) => 0.5 + index * 0.005).map((p) => [
    p,
    Math.log(0.5) / Math.log(p),
  ]);
  return {
    id: "illusion",
    title: "Step accuracy and horizon",
    summary: `The curve is ln 0.5 / ln p. ${models.map(({ label, p, turns }) => `${label}: ${percent(p)} of all turns right, H50 ${turns}`).join("; ")}`,
    columns: ["model", "share of all turns right", "H50 measured", "H50 if every turn were as good"],
    rows: models.map(({ label, p, turns }) => [label, p, turns, Math.floor(Math.log(0.5) / Math.log(p)) + 1]),
    option: (ground) => ({
      ...itemBase(ground),
      xAxis: { ...percentAxis(ground, "turns right"), min: 0.5, nameLocation: "middle", nameGap: 28 },
      yAxis: { type: "log", name: "H50, turns", ...axes(ground) },
      series: [
        {
          type: "line",
          name: "ln 0.5 / ln p",
          symbol: "none",
          itemStyle: { color: ground.muted },
          lineStyle: { color: ground.muted },
          data: curve,
        },
        ...models.map(({ label, p, turns, index }) => ({
          type: "scatter",
          name: label,
          symbolSize: 12,
          itemStyle: { color: styleOf(index).color },
          data: [[p, turns]],
        })),
      ],
    }),
  };
}

/** Speed against horizon; who is beaten in neither is marked. */
export function paretoFigure({ comparison }: PageDocument): Figure | null {
  const points = (comparison?.groups ?? []).flatMap(
    ({ label, horizons, speed, memory, correctTurnsPerSecond }) => {
      const half = horizons.find(({ s }) => s === 0.5);
      const rate = speed.aggregate.decodeTokensPerSecond;
      const turns = half?.turns ?? half?.lastTurn ?? null;
      return rate === null || turns === null
        ? []
        : [
            {
              label,
              rate,
              turns,
              memory: memory.peakRssBytes,
              correctTurnsPerSecond,
              isOpen: half?.turns === null,
            },
          ];
    },
  );
  if (points.length < 2) return null;
  const isBest = ({ rate, turns }: (typeof points)[number]): boolean =>
    !points.some(
      (other) => other.rate >= rate && other.turns >= turns && (other.rate > rate || other.turns > turns),
    );
  return {
    id: "pareto",
    title: "Horizon against speed",
    summary: points
      .map(
        (point) =>
          `${point.label}: ${text(point.rate)} tokens a second, H50 ${point.isOpen ? "beyond " : ""}${point.turns}${isBest(point) ? ", beaten in neither" : ""}`,
      )
      .join("; "),
    columns: ["model", "decode tokens/s", "H50", "peak memory, bytes", "right turns/s", "beaten in neither"],
    rows: points.map((point) => [
      point.label,
      point.rate,
      point.isOpen ? `> ${point.turns}` : point.turns,
      point.memory,
      point.correctTurnsPerSecond,
      isBest(point) ? "yes" : "no",
    ]),
    option: (ground) => ({
      ...itemBase(ground),
      xAxis: {
        type: "value",
        name: "decode, tokens/s",
        nameLocation: "middle",
        nameGap: 28,
        ...axes(ground),
      },
      yAxis: { type: "value", name: "H50, turns", ...axes(ground) },
      series: points.map((point, index) => ({
        type: "scatter",
        name: point.label,
        symbol: point.isOpen ? "triangle" : "circle",
        symbolSize: isBest(point) ? 16 : 9,
        itemStyle: {
          color: styleOf(index).color,
          borderColor: ground.text,
          borderWidth: isBest(point) ? 2 : 0,
        },
        data: [[point.rate, point.turns]],
      })),
    }),
  };
}
