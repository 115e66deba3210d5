import { UsageError } from "../errors.ts";
import type { TaskName } from "../tasks/index.ts";
import type { Entry, Instance, InstanceTurn, Task } from "../tasks/task.ts";

/**
 * Instances as a file holds them: rows of keys in the order in which they are asked, each with its dictionary. How
 * many keys make a turn is not part of the paper's files.
 */
export interface Dataset {
  readonly task: TaskName;
  /** Null where the file does not say. */
  readonly keysPerTurn: number | null;
  /** The limit of magnitudes that the file states, or null; values may stay below it. */
  readonly valueMax: number | null;
  /** Keys that every row has. */
  readonly horizon: number;
  readonly rows: readonly DatasetRow[];
  /** Whether the file holds no dictionary, and the one here is what its rows use, in the order in which they use it. */
  readonly isGathered: boolean;
}

export interface DatasetRow {
  readonly dictionary: readonly Entry[];
  readonly keys: readonly string[];
}

/** How much of a data set is played. */
export interface DatasetCut {
  readonly rollouts: number;
  readonly turns: number;
  readonly keysPerTurn: number;
}

/** The first rollouts of a data set, cut to so many turns. @throws UsageError when the rows are too short for a turn */
export function instancesOf(dataset: Dataset, task: Task, cut: DatasetCut): Instance[] {
  const { keysPerTurn } = cut;
  if (keysPerTurn > dataset.horizon) {
    throw new UsageError(
      `--keys-per-turn ${keysPerTurn}: the data set's rows have ${dataset.horizon} keys. Use ${dataset.horizon} or fewer.`,
    );
  }
  const turns = Math.min(cut.turns, Math.floor(dataset.horizon / keysPerTurn));
  return dataset.rows.slice(0, cut.rollouts).map((row) => instanceOf(row, task, turns, keysPerTurn));
}

/** The keys of instances, turns joined, as rows of a data set. */
export function rowOf({ dictionary, turns }: Instance): DatasetRow {
  return { dictionary, keys: turns.flatMap(({ keys }) => keys) };
}

/** Key to value, for one row or many with the same dictionary. */
export function valuesOf(dictionary: readonly Entry[]): Map<string, number> {
  return new Map(dictionary.map(({ key, value }) => [key, value]));
}

/** Whether all rows have one dictionary, in content and order. */
export function isShared(rows: readonly DatasetRow[]): boolean {
  const written = (row: DatasetRow | undefined): string =>
    JSON.stringify(row?.dictionary.map(({ key, value }) => [key, value]));
  const first = rows[0];
  return rows.every((row) => row.dictionary === first?.dictionary || written(row) === written(first));
}

function instanceOf(
  { dictionary, keys }: DatasetRow,
  task: Task,
  turns: number,
  keysPerTurn: number,
): Instance {
  const values = valuesOf(dictionary);
  let total = 0;
  const asked = Array.from({ length: turns }, (_, turn): InstanceTurn => {
    const drawn = keys.slice(turn * keysPerTurn, (turn + 1) * keysPerTurn);
    const value = drawn.reduce((sum, key) => sum + (values.get(key) ?? 0), 0);
    total = task.stateful ? total + value : value;
    return { keys: drawn, value, truth: total };
  });
  return { dictionary, turns: asked };
}
