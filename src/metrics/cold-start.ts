import { proportionOf, differenceInterval, outerOf, squareAndAdd } from "./shares-interval.ts";
import { confidenceLevel, type Interval, type Proportion } from "./proportion.ts";
import type { MatchedInstance, Side, TurnAnswers } from "./turn-answers.ts";

/** How a row starts is told of each without being asked, so it takes more than a test that was. */
export const startLevel = 0.01;

/** Turn 1 beside the later turns of the same rollouts. */
export interface FirstTurnTest extends Interval {
  readonly first: Proportion;
  readonly later: Proportion;
  /** Share right at turn 1 less that of the later turns, and its 95 % interval. */
  readonly difference: number;
  /** Two-sided. */
  readonly pValue: number;
}

/**
 * Whether turn 1 is right more or less often than the later turns of the same rollouts. Rollouts without turn 1 or
 * without a later one tell nothing.
 *
 * The p-value is exact: were turn 1 a turn like every other of its rollout, it would be right with the share of all its
 * turns that are, so the number of right first turns is a sum of unlike coins (Poisson's binomial), whatever the skill of
 * each rollout. Student's t would not do: of a model that is right in one of ten turns, hardly a first turn is right in a
 * small sample, and what does not vary looks sure. The interval is that of the ratio estimator over rollouts, or over
 * dictionaries that they share, as {@link differenceInterval} has it, and never narrower than that of two shares that have
 * nothing to do with each other.
 *
 * Turns that cut rollouts lack are unknown: the interval reaches from all of them wrong to all right, and the p-value is the
 * largest of the three.
 *
 * @param planned turns that a rollout was meant to have
 * @returns null where no rollout tells anything
 */
export function firstAgainstLater(sample: readonly TurnAnswers[], planned: number): FirstTurnTest | null {
  const seen = testOf(sample, planned, null);
  if (seen === null || !sample.some(({ cutFrom = null }) => cutFrom !== null)) return seen;
  const cases = [false, true].flatMap((isRight) => testOf(sample, planned, isRight) ?? []);
  const all = [seen, ...cases];
  return { ...seen, ...outerOf(all), pValue: Math.max(...all.map(({ pValue }) => pValue)) };
}

/** @param isLackingRight what is taken of turns that cut rollouts lack; null: they do not count */
function testOf(
  sample: readonly TurnAnswers[],
  planned: number,
  isLackingRight: boolean | null,
): FirstTurnTest | null {
  const parts = sample.flatMap((rollout) => partsOf(rollout, planned, isLackingRight) ?? []);
  const later = parts.reduce((sum, { second }) => sum + second.n, 0);
  // Both sides weigh alike as a whole, so that a difference of means is one of shares.
  const scale = parts.length / later;
  const instances = parts.map(
    ({ dictionary, first, second }): MatchedInstance => ({
      dictionary,
      // Other turns are no pair.
      alone: null,
      first,
      second: {
        ...second,
        weight: second.weight * scale,
        weightRight: second.weightRight * scale,
      },
    }),
  );
  const [one, other] = [proportionOf(instances, "first"), proportionOf(instances, "second")];
  if (one.accuracy === null || other.accuracy === null) return null;
  const difference = one.accuracy - other.accuracy;
  const intervals = [
    differenceInterval(instances, [one.accuracy, other.accuracy], confidenceLevel),
    squareAndAdd(instances, difference, confidenceLevel),
  ];
  return { first: one, later: other, difference, ...outerOf(intervals), pValue: pValueOf(parts) };
}

interface Parts {
  readonly dictionary: string;
  readonly first: Side;
  readonly second: Side;
}

function partsOf(
  { instance, dictionary = instance, answers, cutFrom = null }: TurnAnswers,
  planned: number,
  isLackingRight: boolean | null,
): Parts | null {
  const [first = null] = answers;
  if (first === null) return null;
  let [n, correct] = [0, 0];
  for (let turn = 2; turn <= planned; turn++) {
    const isLacking = cutFrom !== null && turn >= cutFrom;
    const isRight = isLacking ? isLackingRight : (answers[turn - 1] ?? null);
    if (isRight === null) continue;
    n++;
    if (isRight) correct++;
  }
  return n === 0 ? null : { dictionary, first: sideOf(1, first ? 1 : 0), second: sideOf(n, correct) };
}

function sideOf(n: number, correct: number): Side {
  return { n, correct, weight: n, weightRight: correct, excess: 0 };
}

/** Twice the smaller tail of the number of right first turns, given how many turns of each rollout are right. */
function pValueOf(parts: readonly Parts[]): number {
  const chances = parts.map(({ first, second }) => (first.correct + second.correct) / (first.n + second.n));
  const seen = parts.reduce((sum, { first }) => sum + first.correct, 0);
  const sums = sumsOf(chances);
  const tail = (from: number, to: number): number =>
    sums.slice(from, to).reduce((sum, chance) => sum + chance, 0);
  return Math.min(1, 2 * Math.min(tail(0, seen + 1), tail(seen, sums.length)));
}

/** How likely each number of heads is, of coins with these chances. */
function sumsOf(chances: readonly number[]): Float64Array {
  const sums = new Float64Array(chances.length + 1);
  sums[0] = 1;
  for (const [index, chance] of chances.entries())
    for (let heads = index + 1; heads >= 0; heads--)
      sums[heads] = (sums[heads] ?? 0) * (1 - chance) + (heads === 0 ? 0 : (sums[heads - 1] ?? 0) * chance);
  return sums;
}
