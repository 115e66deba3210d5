import type { Random } from "../random.ts";

/**
 * A task is what a model has to carry out: seeded instances with known truth, their wording, and what would
 * be right given what the conversation shows. It knows no engine, no database and no terminal.
 *
 * States and values are numbers that `combine` puts together (integers for sums, a matrix's code for products), so
 * that judging, storing and injecting need to know nothing else of a task.
 */
export interface Task {
  /** As the registry (index.ts) names it. */
  readonly name: string;
  /** One line for help and reports. */
  readonly summary: string;
  /** Whether the answer depends on earlier turns. */
  readonly stateful: boolean;
  /** Whether keys are looked up in a dictionary; else they are the values themselves, as text. */
  readonly usesDictionary: boolean;
  /** Whether a turn may ask for several keys. */
  readonly takesManyKeys: boolean;
  /** What stands in the answer tag: one integer, or the four entries of a matrix. */
  readonly answerForm: "integer" | "matrix";
  /** Whether states add up as integers do, so that an error is a difference, from which its cause can be told. */
  readonly addsUp: boolean;
  /** Whether a state can be written into a conversation that the model did not write: its number tells all of it. */
  readonly isShowable: boolean;
  /** The state that changes nothing, from which a conversation starts unless another is drawn. */
  readonly neutral: number;
  /** The state after this value. Associative. */
  readonly combine: (state: number, value: number) => number;
  /** What stands in the answer tag. */
  readonly render: (value: number) => string;
  /** Reads that back; null for what is no answer of this task. */
  readonly parse: (content: string) => number | null;
  /** What is to be done, and how to answer. */
  instructions(settings: TaskSettings): string;
  /** What stands in front of a dictionary: the state from which a conversation starts. Empty where there is nothing to say. */
  begin(start: number): string;
  /** What the user says to ask for these keys. */
  question(keys: readonly string[]): string;
  /**
   * The reasoning that leads from a state to an answer, in a line; consistent with the answer even where that is wrong.
   *
   * @param slip where it goes wrong then, in tasks that both look up and put together
   */
  explain(state: number, entries: readonly Entry[], answer: number, slip: ShownSlip): string;
  /** The dictionary of an instance; empty where the task has none. */
  drawDictionary(random: Random, settings: TaskSettings): Entry[];
  /** The keys of one turn. */
  drawKeys(random: Random, keys: readonly string[], settings: TaskSettings): string[];
  /** The value of a key that stands for itself. Only asked where there is no dictionary. */
  valueOf(key: string): number;
  /** A state to start from that is not neutral. */
  drawStart(random: Random, settings: TaskSettings): number;
  /** The right answers of an instance in full, turn by turn, where a state no longer tells them; absent: it does. */
  fullAnswers?(instance: Instance): string[];
  /** Another state, off by at most `magnitude` where that means something; never the same one. */
  perturb(state: number, random: Random, magnitude: number): number;
}

/**
 * How worked examples are shown: as turns of the conversation, as text in the instructions, or as that with the paper's
 * reminder of the form behind the dictionary.
 */
export const shotForms = ["turns", "text", "paper"] as const;
export type ShotForm = (typeof shotForms)[number];

/** Where shown reasoning goes wrong: a value is looked up wrongly, or right values are put together wrongly. */
export type ShownSlip = "look-up" | "sum";

/** How an answer is asked for: at once, after reasoning in words, or after checking the last total first. */
export const promptForms = ["direct", "cot", "verify"] as const;
export type PromptForm = (typeof promptForms)[number];

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
  readonly prompt: PromptForm;
  /** Turns that are shown answered rightly before turn 1. */
  readonly burnIn: number;
  /** The state before turn 1; `random` makes turn 1 a step like the others. */
  readonly start: "neutral" | "random";
}

export interface Entry {
  readonly key: string;
  readonly value: number;
}

/** What one turn asks. `value` is its keys' values combined, `truth` the right state (or value) at its end. */
export interface InstanceTurn {
  readonly keys: readonly string[];
  readonly value: number;
  readonly truth: number;
}

/** One rollout's problem: a dictionary and the keys of every turn, all drawn from the seed. */
export interface Instance {
  readonly dictionary: readonly Entry[];
  readonly turns: readonly InstanceTurn[];
  /** The state before turn 1; absent where it is the neutral one. */
  readonly start?: number;
  /** Turns that the conversation shows answered rightly before turn 1, and the state before those; absent: none. */
  readonly before?: { readonly start: number; readonly turns: readonly InstanceTurn[] };
}
