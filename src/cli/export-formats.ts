import { csvLine, csvLineEnd } from "../csv.ts";
import type { Cell, ExportColumn } from "../store/export-rows.ts";
import { visible } from "../visible-text.ts";

/** Turns rows into text, piece by piece. */
export type ExportFormat = (columns: readonly ExportColumn[], rows: Iterable<Cell[]>) => Generator<string>;

/**
 * The formats there are. Parquet is not among them: no library that this program uses writes it, and DuckDB reads
 * these.
 */
export const exportFormats = { csv, jsonl, json, markdown } as const satisfies Record<string, ExportFormat>;

/** With a header line. */
function* csv(columns: readonly ExportColumn[], rows: Iterable<Cell[]>): Generator<string> {
  yield csvLine(columns.map(({ name }) => name)) + csvLineEnd;
  for (const row of rows) yield csvLine(row) + csvLineEnd;
}

/** One object a line. */
function* jsonl(columns: readonly ExportColumn[], rows: Iterable<Cell[]>): Generator<string> {
  for (const row of rows) yield `${asObject(columns, row)}\n`;
}

/** One array, an object a line. */
function* json(columns: readonly ExportColumn[], rows: Iterable<Cell[]>): Generator<string> {
  let before = "[\n";
  for (const row of rows) {
    yield before + asObject(columns, row);
    before = ",\n";
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}

/** A JSON text is put in as it stands, so lists are lists and digits are what they were. */
function asObject(columns: readonly ExportColumn[], row: readonly Cell[]): string {
  const fields = columns.map(({ name, isJson }, index) => {
    const cell = row[index] ?? null;
    return `${JSON.stringify(name)}:${isJson && typeof cell === "string" && isJsonText(cell) ? cell : JSON.stringify(cell)}`;
  });
  return `{${fields.join(",")}}`;
}

/** A damaged file may hold anything in its place. */
function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return !/\p{Cc}/u.test(text);
  } catch {
    return false;
  }
}

/** A table; control characters are shown, bars and tags are escaped. */
function* markdown(columns: readonly ExportColumn[], rows: Iterable<Cell[]>): Generator<string> {
  yield `${markdownRow(columns.map(({ name }) => name))}${markdownRow(columns.map(() => "---"))}`;
  for (const row of rows) yield markdownRow(row);
}

function markdownRow(row: readonly Cell[]): string {
  const cells = row.map((cell) =>
    typeof cell === "string" ? visible(cell).replaceAll(/[|<]/g, "\\$&") : String(cell ?? ""),
  );
  return `| ${cells.join(" | ")} |\n`;
}
