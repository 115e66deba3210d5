import type { TaskName } from "./index.ts";
import type { TaskSettings } from "./task.ts";

/** What a level decides; everything else is as it is asked for. */
export const decidedByLevel = ["task", "valueMax", "dictionarySize", "keysPerTurn"] as const;

export type LevelSettings = { readonly task: TaskName } & Pick<
  TaskSettings,
  Exclude<(typeof decidedByLevel)[number], "task">
>;

/** A step of the published list: a question of known difficulty beside its neighbours. */
export interface Level {
  readonly name: string;
  /** What it asks of a model, in a sentence. */
  readonly asks: string;
  readonly settings: LevelSettings;
}

/**
 * The published list, from what is easiest for most models to what is hardest. Names stand in rows and in what people
 * write, so a level never changes; another is a new line with a name of its own. Difficulty is the list's guess: a search
 * measures, and takes no model to agree with it.
 */
export const levels: readonly Level[] = [
  level("retrieval-9-of-5", "look up one of 5 values within +-9", retrieval(9, 5)),
  level("retrieval-99-of-20", "look up one of 20 values within +-99", retrieval(99, 20)),
  level("addition-9", "add two integers within +-9", alone("addition", 9)),
  level("addition-99", "add two integers within +-99", alone("addition", 99)),
  level("addition-999", "add two integers within +-999", alone("addition", 999)),
  level(
    "prefix-sum-9",
    "keep a running total of given integers within +-9, one a turn",
    alone("prefix-sum", 9),
  ),
  level(
    "prefix-sum-99",
    "keep a running total of given integers within +-99, one a turn",
    alone("prefix-sum", 99),
  ),
  level("dict-sum-9-of-5", "look up one of 5 values within +-9 and add it to a running total", sum(9, 5)),
  level("dict-sum-9-of-20", "look up one of 20 values within +-9 and add it to a running total", sum(9, 20)),
  level(
    "dict-sum-99-of-20",
    "look up one of 20 values within +-99 and add it to a running total: what a run asks unless told",
    sum(99, 20),
  ),
  level(
    "dict-sum-99-of-100",
    "look up one of 100 values within +-99 and add it to a running total",
    sum(99, 100),
  ),
  level(
    "dict-sum-2-keys",
    "look up 2 of 20 values within +-99 a turn and add both to a running total",
    sum(99, 20, 2),
  ),
  level(
    "dict-sum-5-keys",
    "look up 5 of 20 values within +-99 a turn and add all to a running total",
    sum(99, 20, 5),
  ),
  level(
    "dict-sum-10-keys",
    "look up 10 of 20 values within +-99 a turn and add all to a running total",
    sum(99, 20, 10),
  ),
];

/** At least as large in everything as any of them: what has room for it has room for all. */
export const largestLevel: LevelSettings = {
  task: "dict-sum",
  valueMax: 999,
  dictionarySize: 100,
  keysPerTurn: 10,
};

/** Null: no level is called so. */
export function levelNamed(name: string): Level | null {
  return levels.find((one) => one.name === name) ?? null;
}

/** The level that asks what these settings ask; null: none does. */
export function levelLike(settings: LevelSettings): Level | null {
  return levels.find((one) => decidedByLevel.every((name) => one.settings[name] === settings[name])) ?? null;
}

/** Levels of one task stand together, the easiest first. */
export function taskOf({ settings }: Level): TaskName {
  return settings.task;
}

/** The next in the list; null: there is none harder. */
export function harderThan(one: Level): Level | null {
  return levels[levels.indexOf(one) + 1] ?? null;
}

function level(name: string, asks: string, settings: LevelSettings): Level {
  return { name, asks, settings };
}

function retrieval(valueMax: number, dictionarySize: number): LevelSettings {
  return { task: "retrieval", valueMax, dictionarySize, keysPerTurn: 1 };
}

/** A task without a dictionary, whose size is the usual one and decides nothing. */
function alone(task: "addition" | "prefix-sum", valueMax: number): LevelSettings {
  return { task, valueMax, dictionarySize: 20, keysPerTurn: 1 };
}

function sum(valueMax: number, dictionarySize: number, keysPerTurn = 1): LevelSettings {
  return { task: "dict-sum", valueMax, dictionarySize, keysPerTurn };
}
