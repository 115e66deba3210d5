import { type DatasetRow, valuesOf } from "./dataset.ts";
import type { TaskName } from "../tasks/index.ts";
import type { Entry } from "../tasks/task.ts";

/** What stands before the rows of a data set file. */
export interface DatasetHead {
  readonly task: TaskName;
  /** Left out of the paper's format, which leaves it to whoever plays the rows. */
  readonly keysPerTurn: number | null;
  readonly rows: number;
  readonly horizon: number;
  readonly dictionarySize: number;
  readonly valueMax: number;
  /** The one dictionary of all rows; null: every row brings its own, which the paper's format cannot hold. */
  readonly dictionary: readonly Entry[] | null;
}

/** What a file calls the task: the paper's word for its own. */
export const experimentTypes: Readonly<Partial<Record<TaskName, string>>> = {
  "dict-sum": "dict_sum",
  retrieval: "retrieval",
};

/**
 * Writes a data set as JSON, a row a line, in pieces: a full-size set is more text than is good to hold at once. With
 * a shared dictionary and no keys per turn this is the format of the paper's `generate_dataset_json.py` (its form
 * for a single task); the fields that we add are in README.md of this folder.
 */
export function* writeDataset(head: DatasetHead, rows: Iterable<DatasetRow>): Generator<string> {
  yield `{"experiment_type":${JSON.stringify(experimentTypes[head.task])},\n"config":${writeConfig(head)},\n`;
  if (head.dictionary !== null) yield `"dictionary":${writeDictionary(head.dictionary)},\n`;
  yield '"ground_truth_data":[';
  let separator = "\n";
  for (const row of rows) {
    yield separator + writeRow(row, head);
    separator = ",\n";
  }
  yield "\n]}\n";
}

function writeConfig(head: DatasetHead): string {
  return JSON.stringify({
    dict_size: head.dictionarySize,
    horizon_length: head.horizon,
    num_samples: head.rows,
    min_input_value: -head.valueMax,
    max_input_value: head.valueMax,
    ...(head.keysPerTurn === null ? {} : { keys_per_turn: head.keysPerTurn }),
  });
}

function writeRow({ dictionary, keys }: DatasetRow, head: DatasetHead): string {
  const lookup = valuesOf(dictionary);
  const values = keys.map((key) => lookup.get(key) ?? 0);
  let total = 0;
  const output = head.task === "retrieval" ? values : values.map((value) => (total += value));
  const row = JSON.stringify({ input: keys, output, values });
  return head.dictionary === null ? `{"dictionary":${writeDictionary(dictionary)},${row.slice(1)}` : row;
}

/** By hand: an object would put keys that look like numbers first. */
function writeDictionary(dictionary: readonly Entry[]): string {
  return `{${dictionary.map(({ key, value }) => `${JSON.stringify(key)}:${value}`).join(",")}}`;
}
