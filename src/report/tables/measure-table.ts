import stringWidth from "string-width";
import { unknown } from "../words/numbers.ts";
import { type Column, renderTable } from "../words/table.ts";

/** A column of figures. */
export interface Measure<Row> extends Column {
  /** The least important go first when the terminal is too narrow. */
  readonly rank: number;
  readonly cell: (row: Row) => string;
}

/** The table of any rows that have measures; columns that nobody has a figure for are left out. */
export function renderMeasures<Row>(
  rows: readonly Row[],
  labels: readonly string[],
  all: readonly Measure<Row>[],
  width: number,
  isSimulated: boolean,
): string {
  const title = isSimulated ? "simulated model" : "model";
  const isMeasured = (one: Measure<Row>): boolean => rows.some((row) => one.cell(row) !== unknown);
  const kept = new Set(all.filter(isMeasured));
  for (;;) {
    const shown = all.filter((one) => kept.has(one));
    const cells = rows.map((row, index) => [labels[index] ?? unknown, ...shown.map(({ cell }) => cell(row))]);
    const text = renderTable([{ title }, ...shown], cells);
    const isFitting = text.split("\n").every((line) => stringWidth(line) <= width);
    const least = shown.toSorted((left, other) => other.rank - left.rank)[0];
    if (isFitting || least === undefined || shown.length <= 2) return text;
    // A rate and the size of its batches, which are of one rank, go together.
    for (const one of shown.filter(({ rank }) => rank === least.rank)) kept.delete(one);
  }
}
