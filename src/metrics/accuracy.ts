import { type Proportion, proportion, wilsonInterval } from "./proportion.ts";

export interface TurnProportion extends Proportion {
  readonly turn: number;
}

/** How many turns were judged, and how many of them were right. */
export interface Tally {
  readonly n: number;
  readonly correct: number;
}

/** Share of right turns at each turn with its Wilson interval. */
export function accuracyByTurn(tallies: readonly (Tally & { readonly turn: number })[]): TurnProportion[] {
  return tallies.map(({ turn, correct, n }) => ({ turn, ...proportion(correct, n) }));
}

/**
 * Share of right turns over all turns. Turns of one rollout may go wrong together, so the interval is Wilson's on an
 * effective number of turns n / deff, deff being the variance of the share as a ratio of rollout totals,
 * m/(m-1) sum (correct_i - share n_i)^2 / n^2 over m rollouts (Cochran 1977, 6.4), over the variance of independent
 * turns; never below 1. With a single rollout, or without a right or a wrong turn, deff is not seen and taken as 1.
 *
 * @param rollouts the tally of each rollout
 */
export function pooledAccuracy(rollouts: readonly Tally[]): Proportion {
  const clusters = rollouts.filter((rollout) => rollout.n > 0);
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
