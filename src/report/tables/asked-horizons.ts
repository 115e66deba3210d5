import type { Measure } from "./measure-table.ts";

/** What a document holds of the thresholds of horizons that were asked for: nothing where none were. */
export function thresholdsOf(asked: readonly number[]): { readonly thresholds?: readonly number[] } {
  return asked.length === 0 ? {} : { thresholds: asked };
}

/**
 * Columns that a table has in the place of its usual ones.
 *
 * @param asked columns that were asked for; none: the usual ones stay
 * @param first usual column, in whose place they stand
 * @param others usual columns, which go
 */
export function askedInstead<Column extends Pick<Measure<never>, "isAsked">>(
  asked: readonly Column[],
  first: Column,
  others: readonly Column[],
): Map<Column, readonly Column[]> {
  if (asked.length === 0) return new Map();
  const shown = asked.map((column) => ({ ...column, isAsked: true }));
  const none: readonly Column[] = [];
  return new Map([[first, shown], ...others.map((one) => [one, none] as const)]);
}
