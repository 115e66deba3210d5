import type { CompareDocument } from "../../figures/compare-schema.ts";
import { headlineSentences } from "../../report/compare/headline-rows.ts";
import { partText, unknown } from "../../report/words/numbers.ts";
import { axes, below, beside, type Figure, percentAxis } from "./drawing.ts";
import { type Ground, type Style, styleOf } from "./palette.ts";
import {
  drawnHorizon,
  horizonCells,
  type Point,
  horizonColumns,
  pointSeries,
  scattered,
  topOf,
  turnsName,
} from "./points.ts";
import { type Size, sizeAxis, tellingSize } from "./sizes.ts";

type HeadlinePoint = NonNullable<CompareDocument["headline"]>[number];

/** A model of the headline, and how it is drawn. */
interface Model {
  readonly point: HeadlinePoint;
  readonly style: Style;
}

/**
 * The paper's illusion, twice: one turn beside the horizon, by the size of models; and how far models get against one turn,
 * with the curve of those whose turns are all as good as that one.
 *
 * @param whose what their ids end with
 * @param styleFor how a row is drawn, by its label
 */
export function headlineFigures(
  { headline = [] }: Pick<CompareDocument, "headline">,
  whose = "",
  styleFor: (label: string, place: number) => Style = (_, place) => styleOf(place),
): Figure[] {
  const models = headline.map((point, place) => ({ point, style: styleFor(point.label, place) }));
  return [...new Set(headline.map(({ question }) => question))].flatMap((question, place) => {
    const own = models.filter(({ point }) => point.question === question);
    const id = place === 0 ? whose : `${whose}-${place + 1}`;
    return [...sizeFigures(own, id), illusionFigure(own, id)];
  });
}

/** None where sizes are not known, or all about one. */
function sizeFigures(models: readonly Model[], id: string): Figure[] {
  const size = tellingSize(models.map(({ point }) => point));
  return size === null ? [] : [sizeFigure(models, size, `headline${id}`)];
}

function sizeFigure(models: readonly Model[], size: Size, id: string): Figure {
  const pointsOf = (heightOf: (point: HeadlinePoint) => Point["height"] | null): Point[] =>
    models.flatMap((model) => {
      const [x, height] = [size.of(model.point), heightOf(model.point)];
      const { style, point } = model;
      return x === null || height === null
        ? []
        : [{ label: point.label, style, x, across: null, height, isLesser: false }];
    });
  const turns = pointsOf(({ oneTurn }) => shareHeight(oneTurn));
  const horizons = pointsOf(({ horizon }) => drawnHorizon({ horizons: [horizon] }));
  const top = horizons.length === 0 ? 10 : topOf(horizons, true);
  return {
    id,
    part: "sizes",
    title: "One turn and horizon, by size",
    label: models.map(toldPoint).join("; "),
    notes: headlineSentences(models.map(({ point }) => point)),
    columns: ["model", "parameters", "bytes", "one turn right", "low", "high", "behind", ...horizonColumns],
    rows: models.map(({ point: { label, parameters, bytes, oneTurn, horizon } }) => [
      label,
      parameters,
      bytes,
      oneTurn?.accuracy ?? null,
      oneTurn?.low ?? null,
      oneTurn?.high ?? null,
      oneTurn?.behind ?? null,
      ...horizonCells({ horizons: [horizon] }),
    ]),
    isPair: true,
    option: (ground, isStacked = false) => ({
      ...scattered(turns.length > 0 ? turns : horizons, ground),
      grid: isStacked ? stackedGrids : besideGrids,
      xAxis: [0, 1].map((gridIndex) => ({
        gridIndex,
        ...sizeAxis(size, ground),
      })),
      yAxis: [
        { ...percentAxis(ground, "one turn right"), ...percentNameOf(ground) },
        { gridIndex: 1, type: "log", name: turnsName, ...beside(ground), max: top },
      ],
      series: [...pointSeries(turns, 1, ground), ...inSecondGrid(pointSeries(horizons, top, ground))],
    }),
  };
}

const besideGrids = [
  { left: 56, width: "36%", top: 36, bottom: 52 },
  { left: "56%", right: 24, top: 36, bottom: 52 },
];

const stackedGrids = [
  { left: 56, right: 24, top: 36, height: "33%" },
  { left: 56, right: 24, top: "57%", bottom: 52 },
];

/** Steps of an axis of shares, its name at the figure's edge. */
function percentNameOf(ground: Ground): object {
  const { nameTextStyle } = beside(ground) as { nameTextStyle: object };
  return { nameTextStyle };
}

function toldPoint({ point: { label, oneTurn, horizon } }: Model): string {
  const [turns] = horizonCells({ horizons: [horizon] });
  return `${label}: ${partText(oneTurn?.accuracy ?? null, 1)} right, H50 ${turns ?? unknown}`;
}

function inSecondGrid(series: readonly object[]): object[] {
  return series.map((one) => ({ ...one, xAxisIndex: 1, yAxisIndex: 1 }));
}

function shareHeight(oneTurn: HeadlinePoint["oneTurn"]): Point["height"] | null {
  if (oneTurn === null || oneTurn.accuracy === null) return null;
  const { accuracy: value, low, high } = oneTurn;
  return { value, isOpen: false, low: low ?? value, high: high ?? value };
}

/** The least error share that is drawn: of so many right answers without an error no other is known. */
function errorsOf({ n, correct }: { readonly n: number; readonly correct: number }): number {
  return correct === n ? 0.5 / n : (n - correct) / n;
}

function illusionFigure(models: readonly Model[], id: string): Figure {
  const points = models.flatMap(({ point, style }): Point[] => {
    const { label, oneTurn } = point;
    const height = drawnHorizon({ horizons: [point.horizon] });
    if (height === null || oneTurn === null || oneTurn.n === 0) return [];
    const x = errorsOf(oneTurn);
    const across = [1 - (oneTurn.low ?? 0), Math.min(x, Math.max(1 - (oneTurn.high ?? 1), x / 10))] as const;
    return [{ label, style, x, across, height, isLesser: false }];
  });
  const least = 10 ** Math.floor(Math.log10(Math.min(0.01, ...points.flatMap(({ across }) => across ?? []))));
  const top = Math.max(1000, points.length === 0 ? 0 : topOf(points, true));
  // From one half of turns wrong to as few as are drawn, evenly on the axis.
  const errors = Array.from({ length: 121 }, (_, step) => 0.5 * (least / 0.5) ** (step / 120));
  return {
    id: `illusion${id}`,
    part: "one-turn",
    title: "One turn and horizon",
    label: `The curve is ln 0.5 / ln p. ${models.map(toldPoint).join("; ")}`,
    columns: [
      "model",
      "one turn right",
      "behind",
      ...horizonColumns,
      "H50 if every turn were as good",
      "low",
      "high",
    ],
    rows: models.map(({ point: { label, oneTurn, horizon, constant } }) => [
      label,
      oneTurn?.accuracy ?? null,
      oneTurn?.behind ?? null,
      ...horizonCells({ horizons: [horizon] }),
      constant?.turns ?? null,
      constant?.low ?? null,
      constant?.high ?? null,
    ]),
    option: (ground) => ({
      ...scattered(points, ground, [curveName]),
      xAxis: {
        ...below("one turn right"),
        type: "log",
        inverse: true,
        min: least,
        max: 1,
        ...axes(ground),
        axisLabel: {
          color: ground.muted,
          margin: 12,
          formatter: (wrong: number) => `${Number((100 * (1 - wrong)).toFixed(4))} %`,
        },
      },
      yAxis: { type: "log", name: turnsName, ...beside(ground), max: top },
      series: [curveSeries(errors, ground), ...pointSeries(points, top, ground)],
    }),
  };
}

const curveName = "ln 0.5 / ln p";

function curveSeries(errors: readonly number[], ground: Ground): object {
  return {
    type: "line",
    name: curveName,
    symbol: "none",
    silent: true,
    tooltip: { show: false },
    itemStyle: { color: ground.muted },
    lineStyle: { color: ground.muted },
    data: errors.map((wrong) => [wrong, Math.log(0.5) / Math.log1p(-wrong)]),
  };
}
