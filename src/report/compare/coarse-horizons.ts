import type { RunSummary } from "../../figures/run-schema.ts";
import { fewForHorizon, firstErrorDecides } from "../sentences/cautions.ts";
import { rowNotes } from "./row-notes.ts";

type Measured = Pick<RunSummary, "horizons" | "rollouts">;

/**
 * While a threshold lets no more rollouts than these err, the estimate of its horizon runs high and its interval is coarse
 * (bench/statistics/results/coverage.md: 50 rollouts at 0.9).
 */
const fewErrors = 5;

/** Thresholds have at most four places. */
const whole = 10_000;

/** Which of these horizons rest on too few rollouts for how near their thresholds are to 1. */
export function coarseHorizons(
  { horizons, rollouts: { counted } }: Measured,
  thresholds: readonly number[],
): string[] {
  if ((horizons[0]?.n ?? 0) === 0) return [];
  return thresholds.flatMap((s) => {
    const may = Math.round((1 - s) * whole);
    const enough = Math.floor((fewErrors * whole) / may);
    if (counted > enough) return [];
    // Fewer than one may err: the first error is below the threshold, whatever that is.
    return counted * may < whole
      ? [firstErrorDecides(s, counted, Math.ceil(whole / may))]
      : [fewForHorizon(s, counted, enough)];
  });
}

/** The same of the rows of a table, once each with those that it concerns. */
export function coarseNotes(
  rows: readonly (Measured & { readonly label: string })[],
  thresholds: readonly number[],
): string[] {
  return rowNotes(rows, (row) => coarseHorizons(row, thresholds));
}
