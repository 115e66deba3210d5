/** Null is an empty field, an empty text a quoted one. */
export type CsvCell = string | number | null;

/**
 * Cells as a line of CSV (RFC 4180), without its end. A text that a spreadsheet would take for a formula gets a ' before
 * it; numbers are never texts, so a minus stays theirs.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return cells.map(field).join(",");
}

/** What ends a line of CSV. */
export const csvLineEnd = "\r\n";

/** Signs, at, tabs and returns at the beginning, and the first ones as wide characters. */
const formula = /^[=+@\-\t\r\uff1d\uff0b\uff0d\uff20]/;

function field(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = formula.test(cell) ? `'${cell}` : cell;
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
