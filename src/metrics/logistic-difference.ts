import { studentQuantile, studentTwoSided } from "./distributions.ts";
import { climb, logisticSlope } from "./logistic.ts";
import {
  clusterScores,
  type Observation,
  partedSide,
  profileLikelihood,
  type Stratum,
  stratify,
  sumOfSquares,
} from "./logistic-strata.ts";
import { confidenceLevel } from "./proportion.ts";

/** Whether the log-odds of two samples change alike with one covariate, each sample with intercepts of its own. */
export interface LogisticDifference {
  /** -1: the first sample's slope is the lower one, 1: the second's. */
  readonly side: -1 | 0 | 1;
  /** The first slope less the second; null: in one of the samples right and wrong are parted. */
  readonly difference: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Two-sided; below 0.05 just where the interval leaves 0 out. */
  readonly pValue: number;
  /** Of both samples; those that both have are pairs. */
  readonly clusters: number;
}

/**
 * The covariate's interaction with the sample: the difference of the slopes fitted apart, its variance from the clusters'
 * parts of both together, so that what they share counts as shared. Student's t has the degrees of freedom that the
 * spread of the squared parts leaves that variance (Satterthwaite 1946): few where the errors stand in few clusters.
 *
 * Where right and wrong are parted in one sample there is no such difference: the p-value is then that of a score test under
 * one slope for both, by the clusters' parts of the difference of the scores (Rao 1948; Kline and Santos 2012).
 *
 * @returns null where one of the samples says nothing of a slope, where the covariate parts right from wrong in both
 *   together, and where there are fewer than two clusters
 */
export function logisticDifference(
  first: readonly Observation[],
  second: readonly Observation[],
): LogisticDifference | null {
  const { strata, spread } = stratify([...first.map(evenStratum), ...second.map(oddStratum)]);
  const samples = [0, 1].map((sample) => strata.filter(({ stratum }) => stratum % 2 === sample));
  if (samples.some(({ length }) => length === 0) || partedSide(strata) !== null) return null;
  const [one = null, other = null] = [first, second].map((sample) => logisticSlope(sample)?.slope ?? null);
  const isCorrected = strata.length > 1;
  if (one === null || other === null) {
    const common = climb(strata);
    return common === null ? null : byScores(differenceParts(samples, () => common.slope, isCorrected));
  }
  const parts = differenceParts(samples, (sample) => (sample === 0 ? one : other) * spread, isCorrected);
  const { clusters, freedom, error } = spreadOf(parts, 0);
  if (clusters < 2) return null;
  const difference = one - other;
  const reach = (studentQuantile((1 + confidenceLevel) / 2, freedom) * error) / spread;
  return {
    side: sideOf(difference),
    difference,
    low: difference - reach,
    high: difference + reach,
    pValue: studentTwoSided(difference / (error / spread), freedom),
    clusters,
  };
}

function byScores(parts: readonly number[]): LogisticDifference | null {
  const mean = parts.reduce((sum, part) => sum + part, 0) / parts.length;
  const { clusters, freedom, error } = spreadOf(parts, mean);
  if (clusters < 2) return null;
  const pValue = error === 0 ? 1 : studentTwoSided((clusters * mean) / error, freedom);
  return { side: sideOf(mean), difference: null, low: null, high: null, pValue, clusters };
}

/** The standard error of the parts' sum, and its degrees of freedom. */
function spreadOf(
  parts: readonly number[],
  mean: number,
): { readonly clusters: number; readonly freedom: number; readonly error: number } {
  const clusters = parts.length;
  const squares = parts.map((part) => (part - mean) ** 2);
  const sum = squares.reduce((all, square) => all + square, 0);
  const unevenness = sumOfSquares(squares) - sum ** 2 / clusters;
  const freedom = Math.floor(Math.min(clusters - 1, (2 * sum ** 2) / unevenness)) || 1;
  return { clusters, freedom, error: Math.sqrt((sum * clusters) / (clusters - 1)) };
}

/** Strata of the two samples side by side, so that no two have one number. */
function evenStratum(one: Observation): Observation {
  return { ...one, stratum: 2 * (one.stratum ?? 0) };
}

function oddStratum(one: Observation): Observation {
  return { ...one, stratum: 2 * (one.stratum ?? 0) + 1 };
}

/** Each cluster's part of the first sample's score over its information, less the second's. */
function differenceParts(
  samples: readonly (readonly Stratum[])[],
  slopeOf: (sample: number) => number,
  isCorrected: boolean,
): number[] {
  const parts = new Map<Observation["cluster"], number>();
  for (const [sample, strata] of samples.entries()) {
    const fit = profileLikelihood(strata, slopeOf(sample));
    const scores = clusterScores(strata, fit);
    // The correction for many intercepts belongs to no cluster more than to another.
    const share = isCorrected ? fit.correctionSlope / scores.size : 0;
    const sign = sample === 0 ? 1 : -1;
    for (const [cluster, score] of scores)
      parts.set(cluster, (parts.get(cluster) ?? 0) + (sign * (score + share)) / fit.information);
  }
  return [...parts.values()];
}

function sideOf(difference: number): -1 | 0 | 1 {
  return difference === 0 ? 0 : difference < 0 ? -1 : 1;
}
