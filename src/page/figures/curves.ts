import { partText } from "../../report/words/numbers.ts";
import type { CurvePoint } from "../../report/page/page-schema.ts";
import { type Style, styleOf, symbolOf } from "./palette.ts";
import { axes, base, below, type Figure, percentAxis } from "./drawing.ts";

/** How far models get: lines with their 95 % bands. */
export function curveFigure(
  named: Pick<Figure, "id" | "title">,
  all: readonly Curve[],
  unit: "turn" | "step" = "turn",
): Figure {
  // Turns that were asked by themselves tell of no rollout.
  const curves = all.filter(({ points }) => points.some(({ accuracy }) => accuracy !== null));
  return {
    ...named,
    part: "how-far",
    label: curves
      .map(({ label, points }) => {
        const ends = [points[0], points.at(-1)].map(
          (point) => `${partText(point?.accuracy ?? null)} at ${unit} ${point?.turn ?? 0}`,
        );
        return `${label}: ${ends.join(", ")}`;
      })
      .join("; "),
    columns: ["model", unit, "share", "low", "high"],
    rows: curves.flatMap(({ label, points }) =>
      points.map(({ turn, accuracy, low, high }) => [label, turn, accuracy, low, high]),
    ),
    option: (ground) => ({
      ...base(
        ground,
        curves.map(({ label }) => label),
      ),
      xAxis: {
        type: "value",
        ...below(unit),
        min: 1,
        max: "dataMax",
        ...axes(ground),
      },
      yAxis: percentAxis(ground, ""),
      series: curves.flatMap((curve, place) => seriesOf(curve, place, curves.length)),
    }),
  };
}

/** Points of turns that hold so many keys, by the step at which each turn ends. */
export function overSteps(points: readonly CurvePoint[], keys: number): CurvePoint[] {
  return points.map((point) => ({ ...point, turn: point.turn * keys }));
}

/** A line; `turn` of its points is in the figure's unit. */
export interface Curve {
  readonly label: string;
  readonly points: readonly CurvePoint[];
  /** Left out: that of its place. */
  readonly style?: Style | undefined;
}

/** Of a long line so many points have marks, which tell lines apart where colours do not. */
const marksAtMost = 8;

/** The band is a stack of two lines: the lower bound unseen, and what lies between the bounds filled. */
function seriesOf(curve: Curve, place: number, among: number): object[] {
  const { label, points, style = styleOf(place) } = curve;
  const { color, dash } = style;
  const unseen = {
    type: "line",
    symbol: "none",
    lineStyle: { opacity: 0 },
    silent: true,
    stack: `band ${place}`,
    tooltip: { show: false },
  };
  const known = points.filter(({ low, high }) => low !== null && high !== null);
  return [
    { ...unseen, name: `${label} low`, data: known.map(({ turn, low }) => [turn, low]) },
    {
      ...unseen,
      name: `${label} band`,
      // Many bands upon each other would hide the lines.
      areaStyle: { color, opacity: Math.max(0.05, 0.3 / Math.max(2, among)) },
      data: known.map(({ turn, low, high }) => [turn, (high ?? 0) - (low ?? 0)]),
    },
    {
      type: "line",
      name: label,
      symbol: symbolOf(style),
      symbolSize: 8,
      showSymbol: true,
      itemStyle: { color },
      lineStyle: { color, type: dash, width: 2 },
      data: marked(
        points.map(({ turn, accuracy }) => [turn, accuracy]),
        place,
      ),
    },
  ];
}

/** Points with a mark now and then, each line's at places of its own. */
function marked(points: readonly (readonly (number | null)[])[], place: number): object[] {
  const every = Math.ceil(points.length / marksAtMost);
  return points.map((value, at) => (at % every === (3 * place) % every ? value : { value, symbol: "none" }));
}
