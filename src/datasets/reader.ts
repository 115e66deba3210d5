import { messageOf, UsageError } from "../errors.ts";
import { type Dataset, type DatasetRow, valuesOf } from "./dataset.ts";
import { type DatasetForm, formOf, type PlacedRow } from "./forms.ts";
import { experimentTypes } from "./writer.ts";
import type { TaskName } from "../tasks/index.ts";
import type { Entry } from "../tasks/task.ts";
import { visible } from "../visible-text.ts";

/**
 * Reads a data set file: the paper's format, alone or under the key `dict_sum`, ours, and rows alone. Everything in it
 * is checked, since what a model is asked and what is right come from here.
 *
 * @param where what the message of a mistake begins with: the flag or command, and the file
 * @throws UsageError naming the place in the file as a JSON path
 */
export function readDataset(text: string, where: string): Dataset {
  let form: DatasetForm;
  try {
    form = formOf(text);
  } catch (error) {
    throw new UsageError(`${where}: not a JSON file (${visible(messageOf(error))}).`);
  }
  const reader = new Reader(where);
  return "rows" in form ? reader.readRows(form.rows) : reader.read(form.root);
}

type Fields = Readonly<Record<string, unknown>>;

class Reader {
  readonly #where: string;

  constructor(where: string) {
    this.#where = where;
  }

  read(root: unknown): Dataset {
    const outer = this.#object(root, "$");
    const isMerged = outer["experiment_type"] === undefined && outer["dict_sum"] !== undefined;
    const path = isMerged ? "$.dict_sum" : "$";
    const fields = isMerged ? this.#object(outer["dict_sum"], path) : outer;
    const task = this.#task(fields["experiment_type"], path);
    const config = fields["config"] === undefined ? {} : this.#object(fields["config"], `${path}.config`);
    const limit = (name: string, most = Number.MAX_SAFE_INTEGER): number | null =>
      config[name] === undefined ? null : this.#count(config[name], most, `${path}.config.${name}`);
    const shared =
      fields["dictionary"] === undefined
        ? null
        : this.#dictionary(fields["dictionary"], `${path}.dictionary`);
    const listPath = `${path}.ground_truth_data`;
    const rows = this.#list(fields["ground_truth_data"], listPath)
      .slice(0, limit("num_samples") ?? undefined)
      .map((row, index) => this.#row(row, shared, task, `${listPath}[${index}]`));
    if (rows.length === 0) this.#fail(listPath, "holds no row");
    return {
      task,
      keysPerTurn: limit("keys_per_turn", 10_000),
      valueMax: this.#valueMax(config, `${path}.config`),
      horizon: Math.min(limit("horizon_length") ?? Infinity, shortestOf(rows)),
      rows,
      isGathered: false,
    };
  }

  /** Rows without what stands above them: the dictionary is what they use of it, the task what their outputs follow. */
  readRows(placed: readonly PlacedRow[]): Dataset {
    if (placed.length === 0) this.#fail("$", "holds no row");
    const isGathered = placed.some(
      ({ value, path }) => this.#object(value, path)["dictionary"] === undefined,
    );
    const shared = isGathered ? this.#gathered(placed) : null;
    const isEach = placed.every(({ value, path }) => {
      const { values, output } = this.#object(value, path);
      return JSON.stringify(values) === JSON.stringify(output);
    });
    // A single key is the first of its sum, too, which is what the paper asks for.
    const isOne = placed.every(
      ({ value, path }) => this.#list(this.#object(value, path)["input"], `${path}.input`).length < 2,
    );
    const task = isEach && !isOne ? "retrieval" : "dict-sum";
    const rows = placed.map(({ value, path }) => this.#row(value, shared, task, path));
    return { task, keysPerTurn: null, valueMax: null, horizon: shortestOf(rows), rows, isGathered };
  }

  /** Keys with their values, in the order in which they first come. */
  #gathered(placed: readonly PlacedRow[]): Entry[] {
    const found = new Map<string, unknown>();
    for (const { value, path } of placed) {
      const fields = this.#object(value, path);
      const values = this.#list(fields["values"], `${path}.values`);
      for (const [index, key] of this.#list(fields["input"], `${path}.input`).entries()) {
        if (typeof key !== "string")
          this.#fail(`${path}.input[${index}]`, `is ${shown(key)}; it must be a word`);
        if (!found.has(key)) found.set(key, values[index]);
      }
    }
    return this.#dictionary(Object.fromEntries(found), placed[0]?.path ?? "$");
  }

  #valueMax(config: Fields, path: string): number | null {
    const bounds = ["min_input_value", "max_input_value"].map((name) => {
      const bound = config[name] ?? 0;
      if (typeof bound !== "number" || !isValue(bound))
        return this.#fail(`${path}.${name}`, `is ${shown(bound)}; it must be an integer within one million`);
      return Math.abs(bound);
    });
    return Math.max(...bounds) || null;
  }

  #task(value: unknown, path: string): TaskName {
    const found = Object.entries(experimentTypes).find(([, type]) => type === value);
    if (found !== undefined) return found[0] as TaskName;
    return this.#fail(
      `${path}.experiment_type`,
      `is ${shown(value)}; it must be ${Object.values(experimentTypes).map(shown).join(" or ")}`,
    );
  }

  #row(value: unknown, shared: readonly Entry[] | null, task: TaskName, path: string): DatasetRow {
    const fields = this.#object(value, path);
    const own = fields["dictionary"];
    const dictionary = own === undefined ? shared : this.#dictionary(own, `${path}.dictionary`);
    if (dictionary === null) return this.#fail(path, "has no dictionary, and neither has the file");
    const lookup = valuesOf(dictionary);
    const input = this.#list(fields["input"], `${path}.input`);
    const values = this.#list(fields["values"], `${path}.values`);
    const output = this.#list(fields["output"], `${path}.output`);
    if (input.length === 0) this.#fail(`${path}.input`, "holds no key");
    for (const [name, list] of [["values", values] as const, ["output", output] as const]) {
      if (list.length !== input.length)
        this.#fail(`${path}.${name}`, `has ${list.length} elements, input has ${input.length}`);
    }
    let total = 0;
    const keys = input.map((key, index) => {
      const expected = typeof key === "string" ? lookup.get(key) : undefined;
      if (expected === undefined)
        return this.#fail(`${path}.input[${index}]`, `is ${shown(key)}, which the dictionary does not have`);
      if (values[index] !== expected)
        this.#fail(
          `${path}.values[${index}]`,
          `is ${shown(values[index])}, the dictionary says ${expected} for ${shown(key)}`,
        );
      total = task === "retrieval" ? expected : total + expected;
      if (output[index] !== total)
        this.#fail(`${path}.output[${index}]`, `is ${shown(output[index])}, the values give ${total}`);
      return key as string;
    });
    return { dictionary, keys };
  }

  #dictionary(value: unknown, path: string): Entry[] {
    const entries = Object.entries(this.#object(value, path));
    if (entries.length < 2) this.#fail(path, `has ${entries.length} entries; it must have at least 2`);
    return entries.map(([key, number]) => {
      const place = `${path}[${shown(key)}]`;
      if (/^(0|[1-9]\d*)$/.test(key))
        this.#fail(place, "is a number: JSON readers move such keys, and the order is part of the question");
      // A key is shown on a line of its own, and between commas.
      if (key.trim() !== key || key === "" || /[\p{Cc},]/u.test(key))
        this.#fail(place, "must be a word without commas, line breaks and space around it");
      if (typeof number !== "number" || !isValue(number))
        return this.#fail(place, `is ${shown(number)}; a value must be an integer within one million`);
      return { key, value: number };
    });
  }

  #object(value: unknown, path: string): Fields {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
    return this.#fail(path, value === undefined ? "is missing" : `is ${shown(value)}; it must be an object`);
  }

  #list(value: unknown, path: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    return this.#fail(path, value === undefined ? "is missing" : `is ${shown(value)}; it must be a list`);
  }

  #count(value: unknown, most: number, path: string): number {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
    return this.#fail(path, `is ${shown(value)}; it must be a whole number from 1 to ${most}`);
  }

  #fail(path: string, problem: string): never {
    throw new UsageError(`${this.#where}: ${path} ${problem}.`);
  }
}

function shortestOf(rows: readonly DatasetRow[]): number {
  return rows.reduce((least, { keys }) => Math.min(least, keys.length), Infinity);
}

/** So that the totals of a hundred thousand turns stay exact. */
function isValue(number: number): boolean {
  return Number.isInteger(number) && Math.abs(number) <= 1_000_000;
}

/** A value of the file in a message, shortened. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
}
