import { Random } from "../random.ts";
import { parseInteger } from "./answer.ts";
import type { Entry, ShownSlip, Task, TaskSettings } from "./task.ts";
import { words } from "./words.ts";

/** What all tasks over integers have in common: states add up, answers are decimal integers. */
export const sums: Pick<
  Task,
  | "answerForm"
  | "addsUp"
  | "isShowable"
  | "neutral"
  | "combine"
  | "render"
  | "parse"
  | "explain"
  | "drawStart"
  | "perturb"
  | "valueOf"
> = {
  answerForm: "integer",
  addsUp: true,
  isShowable: true,
  neutral: 0,
  combine: (state, value) => state + value,
  render: String,
  parse: parseInteger,
  explain: explainSum,
  drawStart: (random, settings) => drawValue(random, settings.valueMax),
  perturb: (state, random, magnitude) => state + drawValue(random, magnitude),
  valueOf: Number,
};

/**
 * "amber is 6, olive is 3. 31 + 6 + 3 = 40." Where the answer is wrong, the last value named is the one that would
 * lead to it: the reasoning is faulty, its conclusion follows. Where the sum is to be wrong, all values are right.
 */
function explainSum(state: number, entries: readonly Entry[], answer: number, slip: ShownSlip): string {
  const right = slip === "sum" ? answer : entries.reduce((sum, { value }) => sum + value, state);
  const told = entries.map(({ key, value }, index) => ({
    key,
    value: index === entries.length - 1 ? value + answer - right : value,
  }));
  const named = told.map(({ key, value }) => `${key} is ${value}`).join(", ");
  return `${named}. ${[state, ...told.map(({ value }) => value)].join(" + ")} = ${answer}.`;
}

/** Words and values of a dictionary. */
export function drawSumDictionary(random: Random, settings: TaskSettings): Entry[] {
  const keys = random.sample(words, settings.dictionarySize);
  const values =
    settings.values === "free"
      ? keys.map(() => drawValue(random, settings.valueMax))
      : drawZeroSum(random, keys.length, settings.valueMax);
  return keys.map((key, index) => ({ key, value: values[index] ?? 0 }));
}

/** Keys of one turn, with replacement. */
export function drawDictionaryKeys(
  random: Random,
  keys: readonly string[],
  { keysPerTurn }: TaskSettings,
): string[] {
  return Array.from({ length: keysPerTurn }, () => random.pick(keys));
}

/** An integer in [-valueMax, valueMax] without 0. */
export function drawValue(random: Random, valueMax: number): number {
  const magnitude = 1 + random.below(valueMax);
  return random.below(2) === 0 ? magnitude : -magnitude;
}

/** Rejected draws before magnitudes may repeat; one in four succeeds at the default size, fewer near valueMax. */
const distinctAttempts = 20_000;

/**
 * `count` non-zero values that sum to exactly 0: all but the last are drawn, the last is what is missing, and
 * the whole draw is repeated until that lies in the range. Magnitudes differ where the range allows, so that no
 * value is another one's negation and a sign slip can be told from a look-up slip.
 */
function drawZeroSum(random: Random, count: number, valueMax: number): number[] {
  const magnitudes = Array.from({ length: valueMax }, (_, index) => index + 1);
  const canDiffer = count > 2 && count <= valueMax;
  for (let attempt = 0; ; attempt++) {
    const distinct = canDiffer && attempt < distinctAttempts;
    const values = distinct
      ? random
          .sample(magnitudes, count - 1)
          .map((magnitude) => (random.below(2) === 0 ? magnitude : -magnitude))
      : Array.from({ length: count - 1 }, () => drawValue(random, valueMax));
    const last = -values.reduce((sum, value) => sum + value, 0);
    const repeats = distinct && values.some((value) => Math.abs(value) === Math.abs(last));
    if (last !== 0 && Math.abs(last) <= valueMax && !repeats) return random.sample([...values, last], count);
  }
}
