import stringWidth from "string-width";
import { unknown } from "../words/numbers.ts";
import { type Column, renderTable } from "../words/table.ts";

/** A column of figures. */
export interface Measure<Row> extends Column {
  /** The least important go first when the terminal is too narrow. */
  readonly rank: number;
  /** Asked for: it stays whatever there is to show, however narrow the terminal is. */
  readonly isAsked?: boolean;
  readonly cell: (row: Row) => string;
}

/** The table of any rows that have measures; columns that nobody has a figure for or asked for are left out. */
export function renderMeasures<Row>(
  rows: readonly Row[],
  labels: readonly string[],
  all: readonly Measure<Row>[],
  width: number,
  isSimulated: boolean,
): string {
  const title = isSimulated ? "simulated model" : "model";
  const kept = new Set(toldColumns(rows, all));
  for (;;) {
    const shown = all.filter((one) => kept.has(one));
    const cells = rows.map((row, index) => [labels[index] ?? unknown, ...shown.map(({ cell }) => cell(row))]);
    const text = renderTable([{ title }, ...shown], cells);
    const isFitting = text.split("\n").every((line) => stringWidth(line) <= width);
    const spare = shown.filter(({ isAsked }) => isAsked !== true);
    const least = spare.toSorted((left, other) => other.rank - left.rank)[0];
    if (isFitting || least === undefined || shown.length <= 2) return text;
    // A rate and the size of its batches, which are of one rank, go together.
    for (const one of spare.filter(({ rank }) => rank === least.rank)) kept.delete(one);
  }
}

/** The columns that were asked for, or that somebody has a figure for. */
export function toldColumns<Row>(rows: readonly Row[], all: readonly Measure<Row>[]): Measure<Row>[] {
  return all.filter(({ isAsked, cell }) => isAsked === true || rows.some((row) => cell(row) !== unknown));
}
