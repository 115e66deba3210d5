import { unknown } from "../../report/words/numbers.ts";
import { type AreaStyle, type Ground, type Style, styleOf, symbolOf } from "./palette.ts";

/** A figure: what ECharts draws, and the same numbers as a table. */
export interface Figure {
  /** What it is, then whose: `horizon-quick-horizon`. */
  readonly id: string;
  readonly part: FigurePart;
  readonly title: string;
  /** What is seen, in words, for those who do not see it. */
  readonly label: string;
  /** What a reader is to take from it; from the document. */
  readonly notes?: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** Whether it is two charts, which stand one above the other where there is no room for both beside each other. */
  readonly isPair?: true;
  /** ECharts' option on this ground. @param isStacked of a pair: whether there is no such room */
  option(ground: Ground, isStacked?: boolean): object;
}

/** What a figure tells of: the section of the page that it stands in. Of one turn there are two, by sizes and beside a curve. */
export type FigurePart =
  | "sizes"
  | "one-turn"
  | "how-far"
  | "single-turns"
  | "why"
  | "how-fast"
  | "quantization";

/** Lines and labels of an axis on this ground. */
export function axes(ground: Ground): object {
  return {
    axisLine: { lineStyle: { color: ground.muted } },
    // So far off that the first label of one axis leaves room to that of the other.
    axisLabel: { color: ground.muted, margin: 12 },
    nameTextStyle: { color: ground.muted },
    splitLine: { lineStyle: { color: ground.line } },
  };
}

/** What all figures share. @param names of what the legend lists; others (bands) stay out of it */
export function base(ground: Ground, names?: readonly string[]): object {
  return {
    animation: false,
    textStyle: { fontFamily: "system-ui, sans-serif", color: ground.text },
    aria: { enabled: true },
    grid: { left: 56, right: 24, top: 36, bottom: 52 },
    // Stands beside the chart, where its names have room; of it ECharts keeps what is hidden.
    legend: { show: false, ...(names === undefined ? {} : { data: names }) },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      backgroundColor: ground.ground,
      borderColor: ground.line,
      textStyle: { color: ground.text },
      valueFormatter: (value: unknown) => (typeof value === "number" ? shorten(value) : unknown),
    },
  };
}

/** As {@link base}, for figures whose points are pointed at one by one. */
export function itemBase(ground: Ground, names?: readonly string[]): object {
  const shared = base(ground, names) as { tooltip: object };
  return { ...shared, tooltip: { ...shared.tooltip, trigger: "item" } };
}

/** Four digits are enough to point at. */
export function shorten(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 4 });
}

/** How the marks and strokes of a series look. @param style left out: that of the first model */
export function lineLook(style: Style = styleOf(0)): object {
  const { color, dash, isHollow } = style;
  return {
    symbol: symbolOf(style),
    symbolSize: 9,
    itemStyle: isHollow ? { color: "transparent", borderColor: color, borderWidth: 2 } : { color },
    lineStyle: { color, type: dash },
  };
}

/** How an area looks. ECharts turns hatching by radians. */
export function areaLook({ color, hatch }: AreaStyle): object {
  if (hatch === null) return { color };
  const rotation = (hatch * Math.PI) / 180;
  const decal = {
    symbol: "rect",
    color: "rgba(255, 255, 255, 0.85)",
    dashArrayX: [1, 0],
    dashArrayY: [1.5, 5.5],
  };
  return { color, decal: { ...decal, rotation } };
}

/** From 0 to 100 %. */
export function percentAxis(ground: Ground, name: string): object {
  return {
    type: "value",
    min: 0,
    max: 1,
    name,
    ...axes(ground),
    axisLabel: {
      color: ground.muted,
      margin: 12,
      formatter: (value: number) => `${Math.round(value * 100)} %`,
    },
  };
}

/** The name of an axis that lies under a figure. */
export function below(name: string): object {
  return { name, nameLocation: "middle", nameGap: 32 };
}

/** The name of an upright axis begins at the figure's edge, however long it is. */
export function beside(ground: Ground): object {
  const drawn = axes(ground) as { nameTextStyle: object };
  return { ...drawn, nameTextStyle: { ...drawn.nameTextStyle, align: "left", padding: [0, 0, 0, -40] } };
}

/** A number in words. */
export function text(value: number | null | undefined): string {
  return value === null || value === undefined ? unknown : shorten(value);
}
