import { partText } from "../../report/words/numbers.ts";
import type { CurvePoint } from "../../report/page/page-schema.ts";
import { styleOf } from "./palette.ts";
import { axes, base, type Figure, percentAxis } from "./drawing.ts";

/** Lines with their 95 % bands. */
export function curveFigure(
  id: string,
  title: string,
  curves: readonly Curve[],
  unit: "turn" | "step" = "turn",
): Figure {
  return {
    id,
    title,
    label: curves
      .filter(({ points }) => points.length > 0)
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
        name: unit,
        nameLocation: "middle",
        nameGap: 28,
        min: 1,
        max: "dataMax",
        ...axes(ground),
      },
      yAxis: percentAxis(ground, ""),
      series: curves.flatMap(({ label, points }, index) => seriesOf(label, points, index)),
    }),
  };
}

/** A line; `turn` of its points is in the figure's unit. */
export interface Curve {
  readonly label: string;
  readonly points: readonly CurvePoint[];
}

/** The band is a stack of two lines: the lower bound unseen, and what lies between the bounds filled. */
function seriesOf(label: string, points: readonly CurvePoint[], index: number): object[] {
  const { color, dash } = styleOf(index);
  const unseen = {
    type: "line",
    symbol: "none",
    lineStyle: { opacity: 0 },
    silent: true,
    stack: `band ${index}`,
    tooltip: { show: false },
  };
  const known = points.filter(({ low, high }) => low !== null && high !== null);
  return [
    { ...unseen, name: `${label} low`, data: known.map(({ turn, low }) => [turn, low]) },
    {
      ...unseen,
      name: `${label} band`,
      areaStyle: { color, opacity: 0.16 },
      data: known.map(({ turn, low, high }) => [turn, (high ?? 0) - (low ?? 0)]),
    },
    {
      type: "line",
      name: label,
      symbol: "circle",
      symbolSize: 5,
      showSymbol: points.length < 40,
      itemStyle: { color },
      lineStyle: { color, type: dash, width: 2 },
      data: points.map(({ turn, accuracy }) => [turn, accuracy]),
    },
  ];
}
