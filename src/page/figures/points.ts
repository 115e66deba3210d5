import type { CompareDocument } from "../../figures/compare-schema.ts";
import { itemBase } from "./drawing.ts";
import { horizonText } from "../../report/sentences/horizons.ts";
import type { Ground } from "./palette.ts";
import { type Style, symbolOf } from "./palette.ts";

type Group = Pick<CompareDocument["groups"][number], "horizons">;

/** Columns of a table that holds {@link horizonCells}. */
export const horizonColumns = ["H50", "H50 low", "H50 high"];
/** What the axis of horizons is called. */
export const turnsName = "H50, turns (▲ beyond)";

/** How high a point stands, and its interval. */
export interface Height {
  /** Of a horizon that lies beyond the turns: the last of them. */
  readonly value: number;
  /** Whether it lies higher than it is drawn. */
  readonly isOpen: boolean;
  readonly low: number;
  /** Null: beyond the figure. */
  readonly high: number | null;
}

/** H50 as it is drawn. Null where it is unknown: there is nothing to draw then. */
export function drawnHorizon({ horizons }: Group): Height | null {
  const half = horizons.find(({ s }) => s === 0.5);
  if (half === undefined || half.status === "unknown") return null;
  const { turns, low, high, lastTurn } = half;
  return {
    value: turns ?? lastTurn,
    isOpen: turns === null,
    low: low ?? lastTurn,
    high,
  };
}

/** H50 and the ends of its interval for a table: "> 60" for what lies beyond, in words where it is unknown. */
export function horizonCells({ horizons }: Group): (number | string | null)[] {
  const half = horizons.find(({ s }) => s === 0.5);
  if (half === undefined) return [null, null, null];
  if (half.status === "unknown") return [horizonText(half), null, null];
  return [half.turns, half.low, half.high].map((turn) => turn ?? `> ${half.lastTurn}`);
}

/** A model on two axes. */
export interface Point {
  readonly label: string;
  readonly style: Style;
  /** A text is a place on an axis of names. */
  readonly x: number | string;
  /** The interval of x; null: none is known. */
  readonly across: readonly [number, number] | null;
  readonly height: Height;
  /** Drawn smaller. */
  readonly isLesser: boolean;
}

/** What figures of points share. @param more of what the legend lists besides */
export function scattered(points: readonly Point[], ground: Ground, more: readonly string[] = []): object {
  return itemBase(ground, [...more, ...points.map(({ label }) => label)]);
}

/** Points with the intervals beside them; what lies beyond the turns is hollow, and its interval goes to an arrow at the top. */
export function pointSeries(points: readonly Point[], top: number, ground: Ground): object[] {
  return points.flatMap(({ label, style, x, across, height, isLesser }) => {
    const { color } = style;
    const { value, low, high, isOpen } = height;
    const bar = (data: readonly object[], type: string): object => ({
      type: "line",
      name: `${label} interval`,
      symbol: "none",
      symbolSize: 8,
      itemStyle: { color },
      silent: true,
      tooltip: { show: false },
      lineStyle: { color, width: 1.5, type },
      data,
    });
    return [
      bar(
        [[x, Math.min(low, value)], high === null ? { value: [x, top], symbol: "triangle" } : [x, high]],
        high === null ? "dotted" : "solid",
      ),
      ...(across === null
        ? []
        : [
            bar(
              [across].flat().map((end) => [end, value]),
              "solid",
            ),
          ]),
      {
        type: "scatter",
        name: label,
        symbol: symbolOf(style),
        symbolSize: isLesser ? 9 : 13,
        itemStyle: { color: isOpen ? ground.ground : color, opacity: 1, borderColor: color, borderWidth: 2 },
        data: [[x, value]],
      },
    ];
  });
}

/** The end of an axis of turns: a round number above all that is drawn. */
export function topOf(points: readonly Point[], isLogarithmic: boolean): number {
  const most = Math.max(...points.map(({ height }) => Math.max(height.value, height.high ?? 0)));
  const above = points.some(({ height }) => height.high === null) ? 1.15 * most : most;
  if (isLogarithmic) return 10 ** Math.ceil(Math.log10(above));
  const step = 10 ** Math.floor(Math.log10(above)) / 2;
  return Math.ceil(above / step) * step;
}
