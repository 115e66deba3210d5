import { type Proportion, proportion, wilsonInterval } from "./proportion.ts";

export interface TurnProportion extends Proportion {
  readonly turn: number;
}

/** One judged turn. */
export interface Mark {
  readonly rollout: number;
  readonly turn: number;
  readonly isCorrect: boolean;
}

/** Share of right turns at each turn that was judged at all, with its Wilson interval; ascending turns. */
export function accuracyByTurn(marks: Iterable<Mark>): TurnProportion[] {
  const tallies = tallyBy(marks, ({ turn }) => turn);
  return [...tallies]
    .sort(([left], [right]) => left - right)
    .map(([turn, { correct, n }]) => ({ turn, ...proportion(correct, n) }));
}

/**
 * Share of right turns over all turns. Turns of one rollout may go wrong together, so the interval is Wilson's on an
 * effective number of turns n / deff, deff being the variance of the share as a ratio of rollout totals,
 * m/(m-1) sum (correct_i - share n_i)^2 / n^2 over m rollouts (Cochran 1977, 6.4), over the variance of independent
 * turns; never below 1. With a single rollout, or without a right or a wrong turn, deff is not seen and taken as 1.
 */
export function pooledAccuracy(marks: Iterable<Mark>): Proportion {
  const clusters = [...tallyBy(marks, ({ rollout }) => rollout).values()];
  const n = clusters.reduce((sum, cluster) => sum + cluster.n, 0);
  const correct = clusters.reduce((sum, cluster) => sum + cluster.correct, 0);
  const simple = proportion(correct, n);
  const share = simple.accuracy;
  if (share === null || share === 0 || share === 1 || clusters.length < 2) return simple;
  const squares = clusters.reduce((sum, cluster) => sum + (cluster.correct - share * cluster.n) ** 2, 0);
  const variance = (squares * clusters.length) / (clusters.length - 1) / n ** 2;
  const designEffect = Math.max(1, variance / ((share * (1 - share)) / n));
  return { ...simple, ...wilsonInterval(share, n / designEffect) };
}

/** How often each class occurs; every known class has a count, 0 included. */
export function countClasses<Class extends string>(
  known: readonly Class[],
  seen: Iterable<Class>,
): Record<Class, number> {
  const counts = Object.fromEntries(known.map((name) => [name, 0])) as Record<Class, number>;
  for (const name of seen) counts[name] += 1;
  return counts;
}

function tallyBy(
  marks: Iterable<Mark>,
  keyOf: (mark: Mark) => number,
): Map<number, { n: number; correct: number }> {
  const tallies = new Map<number, { n: number; correct: number }>();
  for (const mark of marks) {
    const tally = tallies.get(keyOf(mark)) ?? { n: 0, correct: 0 };
    tally.n += 1;
    if (mark.isCorrect) tally.correct += 1;
    tallies.set(keyOf(mark), tally);
  }
  return tallies;
}
