import { studentQuantile, studentTwoSided } from "./distributions.ts";
import { climb, logisticSlope } from "./logistic.ts";
import {
  clusterScores,
  type Observation,
  partedSide,
  profileLikelihood,
  type Stratum,
  stratify,
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
  /** Two-sided. */
  readonly pValue: number;
  /** Of both samples; those that both have are pairs. */
  readonly clusters: number;
}

/**
 * The covariate's interaction with the sample. The p-value is that of a score test: under one slope for both, each cluster's
 * part of the difference of the two samples' scores, each over its information, has mean 0 (Rao 1948; clusters as Kline
 * and Santos 2012 take them), by Student's t over clusters. The interval is that of the difference of the slopes fitted
 * apart, its variance from the clusters' parts of both together, so that what they share counts as shared.
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
  const common = climb(strata);
  if (common === null) return null;
  const isCorrected = strata.length > 1;
  const parts = differenceParts(samples, () => common.slope, isCorrected);
  const clusters = parts.length;
  if (clusters < 2) return null;
  const t = studentised(parts);
  const told = { side: sideOf(t), pValue: studentTwoSided(t, clusters - 1), clusters };
  const slopes = [first, second].map((sample) => logisticSlope(sample)?.slope ?? null);
  const [one = null, other = null] = slopes;
  if (one === null || other === null) return { ...told, difference: null, low: null, high: null };
  const apart = differenceParts(samples, (sample) => (slopes[sample] ?? 0) * spread, isCorrected);
  const variance = apart.reduce((sum, part) => sum + part ** 2, 0) * (clusters / (clusters - 1));
  const reach = (studentQuantile((1 + confidenceLevel) / 2, clusters - 1) * Math.sqrt(variance)) / spread;
  const difference = one - other;
  return { ...told, difference, low: difference - reach, high: difference + reach };
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

/** Their mean over its standard error. */
function studentised(parts: readonly number[]): number {
  const mean = parts.reduce((sum, part) => sum + part, 0) / parts.length;
  const squares = parts.reduce((sum, part) => sum + (part - mean) ** 2, 0);
  return squares === 0 ? 0 : mean / Math.sqrt(squares / (parts.length - 1) / parts.length);
}

function sideOf(t: number): -1 | 0 | 1 {
  return t === 0 ? 0 : t < 0 ? -1 : 1;
}
