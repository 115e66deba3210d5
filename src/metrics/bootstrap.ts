import { Random } from "../random.ts";
import { percentiles } from "./percentile.ts";
import { confidenceLevel, type Interval } from "./proportion.ts";

/**
 * The percentile interval of a cluster bootstrap (Efron and Tibshirani 1993, 13; Davison and Hinkley 1997, 3.8): whole
 * clusters are drawn with replacement, as many as there are, so turns of one rollout stay together. A draw is handed
 * on as how often each cluster came up; no rows are copied, and a statistic of totals is a weighted sum of
 * per-cluster totals (see {@link weightedTotal}).
 *
 * A draw without a value may have any: it counts as lowest for the lower bound and as highest for the upper one, and
 * a bound that rests on such draws, or on an infinite value, is null. So are both with fewer than two clusters.
 *
 * @param clusters how many there are
 * @param statistic of the weights, one for each cluster; they are overwritten by the next draw
 * @param seed of the draws, which follow the clusters' order
 */
export function clusterBootstrap(
  clusters: number,
  statistic: (weights: Uint32Array) => number | null,
  seed: number,
  replicates = 2000,
): Interval {
  if (clusters < 2) return { low: null, high: null };
  const random = new Random(seed, "cluster-bootstrap");
  const weights = new Uint32Array(clusters);
  const values: number[] = [];
  for (let replicate = 0; replicate < replicates; replicate++) {
    weights.fill(0);
    for (let draw = 0; draw < clusters; draw++) {
      const drawn = random.below(clusters);
      weights[drawn] = (weights[drawn] ?? 0) + 1;
    }
    values.push(statistic(weights) ?? Number.NaN);
  }
  const tail = (100 * (1 - confidenceLevel)) / 2;
  return {
    low: percentileOf(values, Number.NEGATIVE_INFINITY, tail),
    high: percentileOf(values, Number.POSITIVE_INFINITY, 100 - tail),
  };
}

/** The total over a draw of something known per cluster. */
export function weightedTotal(weights: Uint32Array, totals: readonly number[]): number {
  let sum = 0;
  for (let cluster = 0; cluster < weights.length; cluster++)
    sum += (weights[cluster] ?? 0) * (totals[cluster] ?? 0);
  return sum;
}

function percentileOf(values: readonly number[], unknown: number, percent: number): number | null {
  const known = values.map((value) => (Number.isNaN(value) ? unknown : value));
  const [bound = null] = percentiles(known, [percent]);
  return bound !== null && Number.isFinite(bound) ? bound : null;
}
