import type { Dash } from "./palette.ts";

/** What a figure's legend says of a name. */
export interface Key {
  readonly name: string;
  readonly kind: "line" | "point" | "area";
  readonly color: string;
  readonly dash: Dash;
  /** An outline in a square of 10; null: the line has none. */
  readonly mark: string | null;
  readonly isHollow: boolean;
  /** Of an area, in degrees; null: it is plain. */
  readonly hatch: number | null;
}

interface Series {
  readonly name: string;
  readonly type: string;
  readonly symbol?: unknown;
  readonly itemStyle?: {
    readonly color?: string;
    readonly borderColor?: string;
    readonly decal?: { readonly rotation: number };
  };
  readonly lineStyle?: { readonly color?: string; readonly type?: Dash };
}

/** The legend of what ECharts is asked to draw: each name that its option lists, as its first series is drawn. */
export function keysOf(option: object): Key[] {
  const { legend, series } = option as { legend?: { data?: readonly string[] }; series: readonly Series[] };
  const names = legend?.data ?? [...new Set(series.map(({ name }) => name))];
  return names.flatMap((name) => {
    const found = series.find((one) => one.name === name);
    return found === undefined ? [] : [keyOf(found)];
  });
}

function keyOf({ name, type, symbol, itemStyle, lineStyle }: Series): Key {
  const mark =
    typeof symbol === "string" && symbol.startsWith("path://") ? symbol.slice("path://".length) : null;
  return {
    name,
    kind: type === "bar" ? "area" : type === "scatter" ? "point" : "line",
    // A hollow mark has its colour at its edge.
    color: itemStyle?.borderColor ?? itemStyle?.color ?? lineStyle?.color ?? "currentColor",
    dash: lineStyle?.type ?? "solid",
    mark,
    isHollow: itemStyle?.color === "transparent",
    hatch: itemStyle?.decal === undefined ? null : (itemStyle.decal.rotation * 180) / Math.PI,
  };
}
