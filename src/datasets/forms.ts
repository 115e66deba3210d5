import { messageOf } from "../errors.ts";

/** A file's content: one object in the paper's format or ours, or rows alone, each with the place that messages name. */
export type DatasetForm = { readonly root: unknown } | { readonly rows: readonly PlacedRow[] };

export interface PlacedRow {
  readonly value: unknown;
  readonly path: string;
}

/**
 * Takes a file as people have them: one JSON document, or rows alone, as the published set is shown and passed on: a list,
 * one row a line, or what the server of Hugging Face's viewer answers (`{"rows": [{"row": {...}}]}`).
 *
 * @throws Error saying what is no JSON, and on which line
 */
export function formOf(text: string): DatasetForm {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    return { rows: lineRows(text, messageOf(error)) };
  }
  if (Array.isArray(root)) return { rows: placed(root, "$") };
  if (isObject(root) && Array.isArray(root["rows"])) return { rows: placed(root["rows"], "$.rows") };
  if (isObject(root) && "input" in root) return { rows: [{ value: root, path: "$" }] };
  return { root };
}

function placed(rows: readonly unknown[], path: string): PlacedRow[] {
  return rows.map((value, index) => unwrapped({ value, path: `${path}[${index}]` }));
}

/** The viewer's server puts each row into an object that numbers it. */
function unwrapped({ value, path }: PlacedRow): PlacedRow {
  return isObject(value) && isObject(value["row"])
    ? { value: value["row"], path: `${path}.row` }
    : { value, path };
}

/** @param whole why the text is no JSON document */
function lineRows(text: string, whole: string): PlacedRow[] {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line, number: index + 1 }));
  const [first, ...others] = lines.filter(({ line }) => line.trim() !== "");
  if (first === undefined) throw new Error("it is empty");
  // Of a damaged document the first line is no row either.
  if (others.length === 0 || !isRow(first.line)) throw new Error(whole);
  return [first, ...others].map(({ line, number }) => {
    try {
      return unwrapped({ value: JSON.parse(line) as unknown, path: `line ${number}: $` });
    } catch (error) {
      throw new Error(`line ${number}: ${messageOf(error)}`, { cause: error });
    }
  });
}

function isRow(line: string): boolean {
  try {
    return isObject(JSON.parse(line));
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
