/** How a line or a point is told apart: by colour, and where there is none by mark and dash. */
export interface Style {
  readonly color: string;
  readonly mark: string;
  readonly dash: Dash;
  /** Whether the mark is an outline alone. */
  readonly isHollow: boolean;
}

/** Lengths of strokes and gaps in pixels. */
export type Dash = "solid" | readonly number[];

/**
 * How a model is drawn, the same in every figure of a page.
 *
 * @param index of the model
 * @param variant of one model's several lines: these differ in their dashes
 */
export function styleOf(index: number, variant = index): Style {
  return {
    color: colors[index % colors.length] ?? "#0072b2",
    mark: marks[index % marks.length] ?? round,
    dash: dashes[variant % dashes.length] ?? "solid",
    isHollow: false,
  };
}

/** The same of points, which have no dashes: those of one model differ in their marks. */
export function pointStyleOf(index: number, variant: number): Style {
  const { mark } = styleOf(variant);
  return { ...styleOf(index), mark, isHollow: variant % (2 * marks.length) >= marks.length };
}

/** The first are those of Okabe and Ito; each stands out by 3 to 1 on both grounds, as lines and marks must. */
const colors = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#b8860b",
  "#3a9ad9",
  "#8f63b8",
  "#7f7f7f",
  "#d1344b",
  "#12919c",
  "#a5693f",
  "#7d8f1c",
];

/** Outlines in a square of 10, as paths of SVG. A triangle that points up is left out: it says "beyond". */
const round = "M5 0A5 5 0 1 1 5 10A5 5 0 1 1 5 0Z";
const marks = [
  round,
  "M0.5 0.5H9.5V9.5H0.5Z",
  "M5 -0.7L10.7 5L5 10.7L-0.7 5Z",
  "M-0.3 0.6H10.3L5 10Z",
  "M3.2 0H6.8V3.2H10V6.8H6.8V10H3.2V6.8H0V3.2H3.2Z",
  "M5 -0.6L6.4 3.4L10.6 3.5L7.3 6.1L8.5 10.2L5 7.8L1.5 10.2L2.7 6.1L-0.6 3.5L3.6 3.4Z",
  "M2 0L5 3L8 0L10 2L7 5L10 8L8 10L5 7L2 10L0 8L3 5L0 2Z",
];

const dashes: readonly Dash[] = ["solid", [7, 4], [2, 3], [10, 3, 2, 3], [16, 5]];

/** A mark as ECharts takes it. */
export function symbolOf({ mark }: Pick<Style, "mark">): string {
  return `path://${mark}`;
}

/** How an area is told apart that stands for no model: one colour for what is right, one for all errors, hatched. */
export interface AreaStyle {
  readonly color: string;
  /** Degrees; null: plain. */
  readonly hatch: number | null;
}

/** @param error which of the errors it stands for, from 0; null: what is right */
export function areaStyleOf(error: number | null): AreaStyle {
  if (error === null) return { color: "#7d8b99", hatch: null };
  return { color: "#c2410c", hatch: error === 0 ? null : (hatches[error - 1] ?? 25) };
}

const hatches = [45, 135, 90, 0, 65, 115];

export interface Ground {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly ground: string;
}

export const light: Ground = { text: "#1a1a1a", muted: "#595959", line: "#d0d0d0", ground: "#ffffff" };
export const dark: Ground = { text: "#ececec", muted: "#b4b4b4", line: "#444444", ground: "#161616" };
