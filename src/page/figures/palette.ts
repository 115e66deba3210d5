/** Colours that people with colour-blindness tell apart (Okabe and Ito), in an order that stays readable on both grounds. */
export const series = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#b8860b",
  "#56b4e9",
  "#7a5195",
  "#555555",
];

/** Dashes tell series apart where colours do not: in print, say. */
export const dashes = ["solid", "dashed", "dotted", "solid", "dashed", "dotted", "solid", "dashed"] as const;

export interface Ground {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly ground: string;
}

export const light: Ground = { text: "#1a1a1a", muted: "#595959", line: "#d0d0d0", ground: "#ffffff" };
export const dark: Ground = { text: "#ececec", muted: "#b4b4b4", line: "#444444", ground: "#161616" };

/** How a series is drawn, the same in every figure. */
export function styleOf(index: number): { color: string; dash: (typeof dashes)[number] } {
  return {
    color: series[index % series.length] ?? "#0072b2",
    dash: dashes[index % dashes.length] ?? "solid",
  };
}
