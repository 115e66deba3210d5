import { type Dataset, isShared } from "./dataset.ts";
import type { TaskName } from "../tasks/index.ts";
import type { Entry } from "../tasks/task.ts";

/** What a data set holds, and what about it may disturb a measurement. */
export interface DatasetFacts {
  readonly task: TaskName;
  readonly rows: number;
  /** Keys of every row. */
  readonly horizon: number;
  readonly keysPerTurn: number | null;
  /** Of one turn's keys: 1 where the file does not say. */
  readonly turns: number;
  readonly sharedDictionary: boolean;
  /** From the rows, since the file holds none. */
  readonly gatheredDictionary: boolean;
  /** Of the first row. */
  readonly dictionary: {
    readonly entries: number;
    readonly first: readonly Entry[];
    readonly mean: number;
    readonly min: number;
    readonly max: number;
    /** Entries whose value another one before them has: a slip between the two cannot be seen. */
    readonly duplicateValues: number;
    readonly zeroValues: number;
  };
  /** Rows with the same keys and the same dictionary as one before them. */
  readonly duplicateRows: number;
  /** Share of turns whose values sum to 0: an answer left out there is right to whoever carries the last one forward. */
  readonly zeroSumTurns: number;
  /** Chance that two keys drawn from the first dictionary sum to 0. */
  readonly zeroSumPairs: number;
}

/** Counts them. */
export function factsOf(dataset: Dataset): DatasetFacts {
  const { task, rows, horizon, keysPerTurn } = dataset;
  const size = keysPerTurn ?? 1;
  const dictionary = rows[0]?.dictionary ?? [];
  const values = dictionary.map(({ value }) => value);
  const turns = Math.floor(horizon / size);
  return {
    task,
    rows: rows.length,
    horizon,
    keysPerTurn,
    turns,
    sharedDictionary: isShared(rows),
    gatheredDictionary: dataset.isGathered,
    dictionary: {
      entries: values.length,
      first: dictionary.slice(0, 3),
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      min: Math.min(...values),
      max: Math.max(...values),
      duplicateValues: values.length - new Set(values).size,
      zeroValues: values.filter((value) => value === 0).length,
    },
    duplicateRows: rows.length - new Set(rows.map((row) => JSON.stringify(row))).size,
    zeroSumTurns: turns === 0 ? 0 : countZeroTurns(dataset, turns, size) / (rows.length * turns),
    zeroSumPairs:
      values.reduce((sum, value) => sum + values.filter((other) => other === -value).length, 0) /
      values.length ** 2,
  };
}

function countZeroTurns({ rows }: Dataset, turns: number, size: number): number {
  let count = 0;
  for (const { dictionary, keys } of rows) {
    const values = new Map(dictionary.map(({ key, value }) => [key, value]));
    for (let turn = 0; turn < turns; turn++) {
      let sum = 0;
      for (let at = turn * size; at < (turn + 1) * size; at++) sum += values.get(keys[at] ?? "") ?? 0;
      if (sum === 0) count++;
    }
  }
  return count;
}
