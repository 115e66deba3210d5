/**
 * A task is what a model has to carry out: seeded instances with known truth, their wording, and what would
 * be right given what the conversation shows. It knows no engine, no database and no terminal.
 */
export interface Task {
  readonly name: TaskName;
  /** One line for help and reports. */
  readonly summary: string;
  /** Whether the answer depends on earlier turns. */
  readonly stateful: boolean;
  /** Instructions and worked examples: the part of the system message that all rollouts share. */
  head(settings: TaskSettings): string;
  /** What the user says to ask for these keys. */
  question(keys: readonly string[]): string;
  /** The right answer of a turn given the last number shown and the sum of the values asked for since then. */
  expected(lastShown: number, valuesSince: number, turnValue: number): number;
}

export type TaskName = "dict-sum" | "retrieval";

/** What decides the instances and their wording. Counts are at least 1. */
export interface TaskSettings {
  readonly turns: number;
  readonly keysPerTurn: number;
  readonly dictionarySize: number;
  /** Values lie in [-valueMax, valueMax] without 0. */
  readonly valueMax: number;
  /** `zero-sum` keeps the total from drifting; `free` draws each value on its own, as the paper does. */
  readonly values: "zero-sum" | "free";
  readonly sharedDictionary: boolean;
  /** Worked example turns in the instructions. */
  readonly shots: number;
}

export interface Entry {
  readonly key: string;
  readonly value: number;
}

/** What one turn asks. `value` is the sum of its keys' values, `truth` the right total (or value) at its end. */
export interface InstanceTurn {
  readonly keys: readonly string[];
  readonly value: number;
  readonly truth: number;
}

/** One rollout's problem: a dictionary and the keys of every turn, all drawn from the seed. */
export interface Instance {
  readonly dictionary: readonly Entry[];
  readonly turns: readonly InstanceTurn[];
}
