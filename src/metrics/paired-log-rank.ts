import { normalTwoSided } from "./distributions.ts";
import { logRankTest } from "./log-rank.ts";
import type { PlayedRollout } from "./played-rollout.ts";
import { survivalCurve } from "./survival.ts";

export interface CurveTest {
  readonly test: "log-rank, paired" | "log-rank";
  /** First errors of the first sample less those expected if both were alike; negative: the first goes further. */
  readonly excess: number;
  /** Null where the p-value was counted out. */
  readonly z: number | null;
  readonly pValue: number;
  /** Instances that both samples played. */
  readonly pairs: number;
}

/** Up to this many pairs that differ, every way of swapping them is counted. */
const mostExactPairs = 14;

/**
 * The one test that decides whether two task-accuracy curves differ; two-sided.
 *
 * Its statistic is the log-rank numerator, observed less expected first errors of the first sample: the sum of that
 * sample's martingale residuals M = e - L(t), with e = 1 for a first error, t the last turn seen and L the pooled cumulated
 * hazard (Nelson-Aalen). Without common instances it is the ordinary log-rank test (Mantel 1966). Where both samples
 * played the same instances, what their residuals have in common cancels in the difference, so the variance is the
 * log-rank test's less twice their covariance: alike rollouts sharpen the test, unrelated ones leave it as it was. With
 * few instances on which the two differ, every way of swapping the two rollouts of an instance is counted instead
 * (Fisher's randomisation test of the same statistic), since no variance can be relied on there.
 *
 * @param turns how many turns a rollout was meant to have (the smaller number where the samples differ)
 * @returns null where nothing can tell: nobody erred, or no rollout was counted
 */
export function testCurves(
  first: readonly PlayedRollout[],
  second: readonly PlayedRollout[],
  turns: number,
): CurveTest | null {
  const [left, right] = [first, second].map((sample) => curtail(sample, turns));
  if (left === undefined || right === undefined || left.length === 0 || right.length === 0) return null;
  const partners = new Set(right.map(({ instance }) => instance));
  const pairs = left.filter(({ instance }) => partners.has(instance)).length;
  return pairs === 0 ? unpaired(left, right, turns) : paired(left, right, pairs, turns);
}

function unpaired(
  left: readonly PlayedRollout[],
  right: readonly PlayedRollout[],
  turns: number,
): (CurveTest & { readonly variance: number }) | null {
  const test = logRankTest(survivalCurve(left, turns).points, survivalCurve(right, turns).points);
  if (test === null) return null;
  const excess = test.observed - test.expected;
  return {
    test: "log-rank",
    excess,
    z: excess / Math.sqrt(test.variance),
    pValue: test.pValue,
    pairs: 0,
    variance: test.variance,
  };
}

function paired(
  left: readonly PlayedRollout[],
  right: readonly PlayedRollout[],
  pairs: number,
  turns: number,
): CurveTest | null {
  const plain = unpaired(left, right, turns);
  if (plain === null) return null;
  const residualOf = pooledResiduals([...left, ...right]);
  const shareOfFirst = left.length / (left.length + right.length);
  const others = new Map(right.map((rollout) => [rollout.instance, residualOf(rollout)]));
  const both = left.flatMap((rollout) => {
    const other = others.get(rollout.instance);
    return other === undefined ? [] : [[residualOf(rollout), other] as const];
  });
  const { excess } = plain;
  const terms = both.map(([mine, theirs]) => (mine - theirs) / 2).filter((term) => Math.abs(term) > 1e-12);
  if (terms.length === 0) return null;
  if (pairs === left.length && pairs === right.length && terms.length <= mostExactPairs)
    return { test: "log-rank, paired", excess, z: null, pValue: exactSignTest(terms, excess), pairs };
  const variance = plain.variance - 2 * shareOfFirst * (1 - shareOfFirst) * coproducts(both);
  const scatter = terms.reduce((sum, term) => sum + term ** 2, 0) - excess ** 2 / pairs;
  const z = excess / Math.sqrt(Math.max(variance, scatter / 2));
  return { test: "log-rank, paired", excess, z, pValue: normalTwoSided(z), pairs };
}

/** Sum over pairs of the products of both deviations from their means. */
function coproducts(pairs: readonly (readonly [number, number])[]): number {
  const meanOf = (side: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length;
  const [mine, theirs] = [meanOf(0), meanOf(1)];
  return pairs.reduce((sum, pair) => sum + (pair[0] - mine) * (pair[1] - theirs), 0);
}

/** Rollouts as they would be in a run of so many turns. */
function curtail(sample: readonly PlayedRollout[], turns: number): PlayedRollout[] {
  return sample
    .filter(({ lastTurn }) => lastTurn > 0)
    .map(({ instance, lastTurn, firstErrorTurn }) => ({
      instance,
      lastTurn: Math.min(lastTurn, turns),
      firstErrorTurn: firstErrorTurn !== null && firstErrorTurn <= turns ? firstErrorTurn : null,
    }));
}

/** M = e - L(t) of each rollout, L being the hazard of all of them together. */
function pooledResiduals(all: readonly PlayedRollout[]): (rollout: PlayedRollout) => number {
  const last = all.reduce((turn, rollout) => Math.max(turn, rollout.lastTurn), 0);
  const { points } = survivalCurve(all, last);
  const cumulated = [0];
  for (const { turn, atRisk, firstErrors } of points)
    cumulated[turn] = (cumulated[turn - 1] ?? 0) + (atRisk === 0 ? 0 : firstErrors / atRisk);
  return ({ lastTurn, firstErrorTurn }) =>
    (firstErrorTurn === null ? 0 : 1) - (cumulated[firstErrorTurn ?? lastTurn] ?? 0);
}

/** Share of all sign changes whose sum lies at least as far from zero as the one seen. */
function exactSignTest(terms: readonly number[], seen: number): number {
  const limit = Math.abs(seen) - 1e-9;
  let sums = [0];
  for (const term of terms) sums = sums.flatMap((sum) => [sum + term, sum - term]);
  return sums.filter((sum) => Math.abs(sum) >= limit).length / sums.length;
}
