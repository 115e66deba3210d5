import { bitsText } from "../words/numbers.ts";
import type { Measure } from "./measure-table.ts";

/** Bits a weight, in a table that is about something else, where rows differ in them: behind the columns that it is about. */
export function bitsColumn<Row>(
  rows: readonly Row[],
  bitsOf: (row: Row) => number | null,
): readonly Measure<Row>[] {
  const areAlike = new Set(rows.map(bitsOf)).size < 2;
  const column: Measure<Row> = {
    title: "bits",
    align: "right",
    rank: 2.5,
    cell: (row) => bitsText(bitsOf(row)),
  };
  return areAlike ? [] : [column];
}
