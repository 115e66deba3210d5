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
  /** The first sample's and the second's; null: right and wrong are parted there, and the slope is beyond all bounds. */
  readonly slopes: readonly [number | null, number | null];
  /** The first slope less the second; null: in one of the samples right and wrong are parted. */
  readonly difference: number | null;
  /** 95 %; null, and the p-value 1, where all clusters do alike: how far they could differ is not seen then. */
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
 *   together, and where one has fewer than two clusters
 */
export function logisticDifference(
  first: readonly Observation[],
  second: readonly Observation[],
): LogisticDifference | null {
  const { strata, spread } = stratify([...first.map(evenStratum), ...second.map(oddStratum)]);
  const samples = [0, 1].map((sample) => strata.filter(({ stratum }) => stratum % 2 === sample));
  const [one = null, other = null] = [first, second].map((sample) => logisticSlope(sample)?.slope ?? null);
  const isUntold = (slope: number | null, sample: number): boolean =>
    slope === null && partedSide(samples[sample] ?? []) === null;
  if (samples.some(({ length }) => length === 0) || partedSide(strata) !== null) return null;
  if (isUntold(one, 0) || isUntold(other, 1)) return null;
  if (one === null || other === null) {
    const slope = climb(strata)?.slope ?? null;
    return slope === null ? null : byScores([one, other], partsOf(samples, [slope, slope], [true, true]));
  }
  // Corrected as each was fitted, so that its parts sum to 0.
  const parts = partsOf(
    samples,
    [one * spread, other * spread],
    samples.map(({ length }) => length > 1),
  );
  const { clusters, freedom, error } = spreadOf(parts, 0);
  const difference = one - other;
  const told = { side: sideOf(difference), slopes: [one, other], difference, clusters } as const;
  if (error === 0) return { ...told, low: null, high: null, pValue: 1 };
  const reach = (studentQuantile((1 + confidenceLevel) / 2, freedom) * error) / spread;
  const pValue = studentTwoSided(difference / (error / spread), freedom);
  return { ...told, low: difference - reach, high: difference + reach, pValue };
}

function byScores(slopes: LogisticDifference["slopes"], parts: Parts): LogisticDifference {
  const mean = parts.ofClusters.reduce((sum, part) => sum + part, 0) / parts.ofClusters.length;
  const { clusters, freedom, error } = spreadOf(parts, mean);
  const pValue = error === 0 ? 1 : studentTwoSided((clusters * mean) / error, freedom);
  return { side: sideOf(mean), slopes, difference: null, low: null, high: null, pValue, clusters };
}

/** The standard error of the parts' sum, and its degrees of freedom. */
function spreadOf(
  { ofClusters, plain }: Parts,
  mean: number,
): { readonly clusters: number; readonly freedom: number; readonly error: number } {
  const clusters = ofClusters.length;
  const squares = ofClusters.map((part) => (part - mean) ** 2);
  const sum = squares.reduce((all, square) => all + square, 0);
  const error = Math.sqrt((sum * clusters) / (clusters - 1));
  // Rounding leaves something of equal parts, and of equal squares.
  const unevenness = Math.max(0, sumOfSquares(squares) - sum ** 2 / clusters);
  const satterthwaite = unevenness === 0 ? Infinity : (2 * sum ** 2) / unevenness;
  const freedom = Math.max(1, Math.floor(Math.min(clusters - 1, satterthwaite)));
  return { clusters, freedom, error: error < 1e-6 * plain ? 0 : error };
}

/** Strata of the two samples side by side, so that no two have one number. */
function evenStratum(one: Observation): Observation {
  return { ...one, stratum: 2 * (one.stratum ?? 0) };
}

function oddStratum(one: Observation): Observation {
  return { ...one, stratum: 2 * (one.stratum ?? 0) + 1 };
}

/** Each cluster's part of the first sample's score over its information, less the second's. */
interface Parts {
  readonly ofClusters: readonly number[];
  /** The standard error if turns of a cluster had nothing to do with each other: what parts are large or small against. */
  readonly plain: number;
}

function partsOf(
  samples: readonly (readonly Stratum[])[],
  slopes: readonly number[],
  isCorrected: readonly boolean[],
): Parts {
  const parts = new Map<Observation["cluster"], number>();
  let variance = 0;
  for (const [sample, strata] of samples.entries()) {
    const fit = profileLikelihood(strata, slopes[sample] ?? 0);
    const scores = clusterScores(strata, fit);
    // The correction for many intercepts belongs to no cluster more than to another.
    const share = isCorrected[sample] === true ? fit.correctionSlope / scores.size : 0;
    const sign = sample === 0 ? 1 : -1;
    for (const [cluster, score] of scores)
      parts.set(cluster, (parts.get(cluster) ?? 0) + (sign * (score + share)) / fit.information);
    variance += 1 / fit.information;
  }
  return { ofClusters: [...parts.values()], plain: Math.sqrt(variance) };
}

function sideOf(difference: number): -1 | 0 | 1 {
  return difference === 0 ? 0 : difference < 0 ? -1 : 1;
}
