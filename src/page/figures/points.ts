import type { CompareDocument } from "../../figures/compare-schema.ts";
import { horizonText } from "../../report/sentences/horizons.ts";
import type { Ground } from "./palette.ts";
import { styleOf } from "./palette.ts";

type Group = CompareDocument["groups"][number];

/** H50 as it is drawn. */
export interface DrawnHorizon {
  /** Where the point stands: the horizon, or the last turn of one that lies beyond. */
  readonly turns: number;
  readonly isOpen: boolean;
  readonly low: number;
  /** Null: beyond the turns. */
  readonly high: number | null;
}

/** Null where it is unknown: there is nothing to draw then. */
export function drawnHorizon({ horizons }: Group): DrawnHorizon | null {
  const half = horizons.find(({ s }) => s === 0.5);
  if (half === undefined || half.status === "unknown") return null;
  const { turns, low, high, lastTurn } = half;
  return {
    turns: turns ?? lastTurn,
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
  /** Of its series. */
  readonly index: number;
  readonly x: number;
  /** The interval of x; null: none is known. */
  readonly across: readonly [number, number] | null;
  readonly horizon: DrawnHorizon;
  /** Drawn smaller. */
  readonly isLesser: boolean;
}

/** Points with the intervals beside them; what lies beyond the turns is a triangle, and its interval goes to the top. */
export function pointSeries(points: readonly Point[], top: number, ground: Ground): object[] {
  return points.flatMap(({ label, index, x, across, horizon, isLesser }) => {
    const { color } = styleOf(index);
    const { turns, low, high, isOpen } = horizon;
    const bar = (data: readonly (readonly number[])[], type: string): object => ({
      type: "line",
      name: `${label} interval`,
      symbol: "none",
      silent: true,
      tooltip: { show: false },
      lineStyle: { color, width: 1.5, type },
      data,
    });
    return [
      bar(
        [
          [x, Math.min(low, turns)],
          [x, high ?? top],
        ],
        high === null ? "dotted" : "solid",
      ),
      ...(across === null
        ? []
        : [
            bar(
              [across].flat().map((end) => [end, turns]),
              "solid",
            ),
          ]),
      {
        type: "scatter",
        name: label,
        symbol: isOpen ? "triangle" : "circle",
        symbolSize: isLesser ? 9 : 13,
        itemStyle: { color, opacity: 1, borderColor: ground.text, borderWidth: isLesser ? 0 : 1 },
        data: [[x, turns]],
      },
    ];
  });
}

/** The end of an axis of turns: a round number above all that is drawn. */
export function topOf(points: readonly Point[], isLogarithmic: boolean): number {
  const most = Math.max(...points.map(({ horizon }) => Math.max(horizon.turns, horizon.high ?? 0)));
  const above = points.some(({ horizon }) => horizon.high === null) ? 1.15 * most : most;
  if (isLogarithmic) return 10 ** Math.ceil(Math.log10(above));
  const step = 10 ** Math.floor(Math.log10(above)) / 2;
  return Math.ceil(above / step) * step;
}
