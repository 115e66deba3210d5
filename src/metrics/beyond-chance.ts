import { binomialUpperTail } from "./distributions.ts";

/** What was seen in one rollout: how many of `n` matched, and how many are expected to by chance. */
export interface ChanceTally {
  readonly n: number;
  readonly matches: number;
  readonly expected: number;
}

/** From fewer rollouts nothing is claimed: what one of them does again and again would pass for what the model does. */
const rolloutsAtLeast = 5;

/**
 * P(as many matches or more), if each matched by its own chance only. The binomial tail at the mean chance: chances
 * that differ spread a sum less than equal ones do (Hoeffding 1956), so the figure errs to the large side. Matches of
 * one rollout may come together: they count as n / deff, deff being the variance of the rollouts' excess over chance,
 * over that of independent matches, never below 1 (as in `pooledAccuracy`).
 *
 * @returns null from fewer than 5 rollouts, which tell nothing
 */
export function beyondChance(rollouts: readonly ChanceTally[]): number | null {
  const clusters = rollouts.filter(({ n }) => n > 0);
  if (clusters.length < rolloutsAtLeast) return null;
  const sum = (of: (tally: ChanceTally) => number): number =>
    clusters.reduce((total, tally) => total + of(tally), 0);
  const n = sum((tally) => tally.n);
  const matches = sum((tally) => tally.matches);
  const expected = sum((tally) => tally.expected);
  const share = matches / n;
  const excess = (matches - expected) / n;
  const squares = sum((tally) => (tally.matches - tally.expected - excess * tally.n) ** 2);
  const variance = (squares * clusters.length) / (clusters.length - 1);
  const plain = n * share * (1 - share);
  const designEffect = plain === 0 ? 1 : Math.max(1, variance / plain);
  return binomialUpperTail(matches / designEffect, n / designEffect, expected / n);
}
