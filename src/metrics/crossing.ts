import { boundedMeanDifference } from "./bounded-mean.ts";
import { commonTurns } from "./common-turns.ts";
import { curtailed, isOpenCut } from "./cuts.ts";
import { sharedDictionaries } from "./dictionary-clusters.ts";
import { normalQuantile } from "./distributions.ts";
import { greenwoodTerm } from "./greenwood.ts";
import type { PlayedRollout } from "./played-rollout.ts";
import { significanceLevel } from "./power.ts";
import type { MeanTurns } from "./restricted-mean.ts";
import { riskRows } from "./risk-rows.ts";

/** How many turns further the first gets on average, with an interval that leaves out 0. */
export interface Crossing {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Turns 1 to this one were looked at; no rollout counts more. */
  readonly turns: number;
}

type Sample = readonly PlayedRollout[];

/**
 * What is left to say of two curves where the log-rank test shows nothing: that they cross, and yet one gets further on
 * average. The log-rank test sums up who is ahead, so that early and late leads cancel; the mean number of turns before
 * the first error, none counted behind the last turn, does not (Royston and Parmar 2013).
 *
 * Curves cross where each is ahead at some turn by more than the noise of one turn: by 1.96 standard errors of the
 * difference of two Kaplan-Meier curves (Greenwood's), of samples with nothing in common, which is wide for others. The
 * interval of the mean difference is paired where at least half of the smaller sample has partners, and as wide as all
 * comparisons together ask (Bonferroni). It adds few claims to those of the log-rank test, since between equal models a
 * mean difference that large comes with curves of which one is ahead all along.
 *
 * Single cuts and dictionaries that rollouts share, six or more (without pairs: two or more), are not reckoned with:
 * nothing is said there.
 *
 * @param turns how many turns a rollout was meant to have (the smaller number where the samples differ)
 * @param options.comparisons how many pairs are looked at together
 * @returns null where the curves do not cross, or the interval holds 0 or is not known
 */
export function crossing(
  first: Sample,
  second: Sample,
  turns: number,
  { comparisons = 1 }: { readonly comparisons?: number } = {},
): Crossing | null {
  const limit = commonTurns(first, second, turns);
  const all = [first, second].map((sample) => curtailed(sample, limit));
  if (all.some((sample) => sample.some(isOpenCut))) return null;
  const [left = [], right = []] = all.map((sample) => sample.filter(({ lastTurn }) => lastTurn > 0));
  if (!doCross(left, right)) return null;
  const difference = meanDifference(left, right, limit, 1 - significanceLevel / Math.max(1, comparisons));
  if (difference === null) return null;
  const { mean, low, high } = difference;
  if (low === null || high === null || (low <= 0 && high >= 0)) return null;
  return { mean, low, high, turns: limit };
}

function meanDifference(left: Sample, right: Sample, limit: number, level: number): MeanTurns | null {
  const { scope, count } = sharedDictionaries([...left, ...right]);
  const partners = new Set(right.map(({ instance }) => instance));
  const pairs = left.filter(({ instance }) => partners.has(instance)).length;
  const isPaired = 2 * pairs >= Math.min(left.length, right.length);
  if (scope === "clusters" || (scope === "these" && count > 1 && !isPaired)) return null;
  return boundedMeanDifference(left, right, limit, isPaired, level);
}

/** Whether each curve is ahead somewhere by more than the noise of one turn. */
function doCross(left: Sample, right: Sample): boolean {
  const [mine, theirs] = [curveOf(left), curveOf(right)];
  const noise = normalQuantile(1 - significanceLevel / 2);
  let [most, least] = [0, 0];
  for (const [index, point] of mine.entries()) {
    const other = theirs[index];
    if (other === undefined) break;
    const error = Math.sqrt(point.variance + other.variance);
    if (error === 0) continue;
    const lead = (point.survival - other.survival) / error;
    most = Math.max(most, lead);
    least = Math.min(least, lead);
  }
  return most >= noise && least <= -noise;
}

/** Kaplan and Meier's curve with Greenwood's variance, as far as somebody is at risk. */
function curveOf(sample: Sample): { survival: number; variance: number }[] {
  let survival = 1;
  let sum = 0;
  return riskRows(sample)
    .filter(({ atRisk }) => atRisk > 0)
    .map(({ atRisk, firstErrors }) => {
      survival *= (atRisk - firstErrors) / atRisk;
      sum += greenwoodTerm(atRisk, firstErrors);
      return { survival, variance: survival === 0 ? 0 : survival ** 2 * sum };
    });
}
