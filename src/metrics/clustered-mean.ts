import { dictionariesOf } from "./dictionary-clusters.ts";
import { clusteredSpread, withInterval } from "./restricted-mean.ts";

/** A number, and what its like fall together by: a rollout, or a dictionary that rollouts share. */
export interface ClusteredValue {
  readonly cluster: string;
  readonly value: number;
}

/** A mean with its 95 % interval. Null: there is nothing, or too little to tell. */
export interface ClusteredMean {
  readonly n: number;
  readonly clusters: number;
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The mean of values that fall together by cluster, with Student's t interval: its variance is that between totals of
 * clusters (see {@link clusteredSpread}), with one degree of freedom fewer than there are clusters in effect. No interval
 * with a single cluster, or where all values are one.
 */
export function clusteredMean(values: readonly ClusteredValue[]): ClusteredMean {
  const n = values.length;
  if (n === 0) return { n, clusters: 0, mean: null, low: null, high: null };
  const clusters = dictionariesOf(values.map(({ cluster }) => cluster));
  const numbers = values.map(({ value }) => value);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / n;
  if (clusters.count < 2) return { n, clusters: clusters.count, mean, low: null, high: null };
  const spread = clusteredSpread(numbers, clusters);
  const { low, high } = withInterval(0, mean, spread, clusters.effective - 1);
  return { n, clusters: clusters.count, mean, low, high };
}
