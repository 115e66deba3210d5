import { csvLine, csvLineEnd } from "../csv.ts";
import type { Figure } from "./figures/drawing.ts";

/** The figure's numbers; unknown is empty. */
export function csvOf({ columns, rows }: Figure): string {
  return [columns, ...rows].map(csvLine).join(csvLineEnd);
}
