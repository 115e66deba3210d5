import { dictionariesOf, effectiveCount, studentFactor } from "./dictionary-clusters.ts";
import { normalQuantile } from "./distributions.ts";
import { confidenceLevel, type Proportion, proportion, wilsonInterval } from "./proportion.ts";

export interface TurnProportion extends Proportion {
  readonly turn: number;
}

/** How many turns were judged, and how many of them were right. */
export interface Tally {
  readonly n: number;
  readonly correct: number;
}

/** A rollout's tally and the name of its dictionary, if others may share it. */
export interface ClusteredTally extends Tally {
  readonly dictionary?: string;
}

export interface TurnTally extends Tally {
  readonly turn: number;
}

/**
 * Share of right turns at each turn with its Wilson interval.
 *
 * @param byDictionary where rollouts share dictionaries that are to stand for others, the tallies of each dictionary: the
 *   interval is then that of {@link pooledAccuracy} with them as clusters
 */
export function accuracyByTurn(
  tallies: readonly TurnTally[],
  byDictionary: readonly (readonly TurnTally[])[] = [],
): TurnProportion[] {
  const lookUps = byDictionary.map((own) => new Map(own.map((tally) => [tally.turn, tally])));
  return tallies.map(({ turn, correct, n }) => {
    const simple = proportion(correct, n);
    const clusters = lookUps.flatMap((own) => own.get(turn) ?? []);
    if (clusters.length < 2) return { turn, ...simple };
    const effective = effectiveCount(clusters.map((cluster) => cluster.n));
    return {
      turn,
      ...clusteredProportion(simple, clusters, { least: 1, student: studentFactor({ effective }) }),
    };
  });
}

/**
 * Share of right turns over all turns. Turns of one rollout may go wrong together, so the interval is Wilson's on an
 * effective number of turns n / deff, deff being the variance of the share as a ratio of rollout totals,
 * m/(m-1) sum (correct_i - share n_i)^2 / n^2 over m rollouts (Cochran 1977, 6.4), over the variance of independent
 * turns; never below 1. With a single rollout, or without a right or a wrong turn, deff is not seen and taken as 1.
 *
 * Where rollouts share six dictionaries or more, so may the rollouts of one dictionary: deff is that of dictionary totals
 * where it is larger, and Student's t with one degree of freedom less than dictionaries takes the normal's place
 * (see `clusteredProportion`).
 *
 * @param rollouts the tally of each rollout
 */
export function pooledAccuracy(rollouts: readonly ClusteredTally[]): Proportion {
  const seen = rollouts.filter((rollout) => rollout.n > 0);
  const n = seen.reduce((sum, rollout) => sum + rollout.n, 0);
  const correct = seen.reduce((sum, rollout) => sum + rollout.correct, 0);
  const simple = proportion(correct, n);
  const effect = designEffect(seen);
  const dictionaries = dictionariesOf(seen.map(({ dictionary }) => dictionary));
  const { count, scope, places } = dictionaries;
  if (scope !== "clusters")
    return effect === 1 ? simple : { ...simple, ...wilsonInterval(simple.accuracy, n / effect) };
  const totals = Array.from({ length: count }, () => ({ n: 0, correct: 0 }));
  for (const [index, rollout] of seen.entries()) {
    const total = totals[places[index] ?? 0];
    if (total === undefined) continue;
    total.n += rollout.n;
    total.correct += rollout.correct;
  }
  return clusteredProportion(simple, totals, { least: effect, student: studentFactor(dictionaries) });
}

/** The share of items that count, with {@link pooledAccuracy}'s interval: those of one cluster may count together. */
export function clusteredShare<One extends { readonly cluster: string }>(
  items: readonly One[],
  counts: (item: One) => boolean,
): Proportion {
  const tallies = new Map<string, { n: number; correct: number }>();
  for (const item of items) {
    const { n, correct } = tallies.get(item.cluster) ?? { n: 0, correct: 0 };
    tallies.set(item.cluster, { n: n + 1, correct: correct + Number(counts(item)) });
  }
  return pooledAccuracy([...tallies.values()]);
}

/** Share of rollouts that count: Wilson's interval, or {@link pooledAccuracy}'s where they share six dictionaries or more. */
export function rolloutShare(
  rollouts: readonly { readonly isCounted: boolean; readonly dictionary?: string }[],
): Proportion {
  const { scope } = dictionariesOf(rollouts.map(({ dictionary }) => dictionary));
  if (scope !== "clusters")
    return proportion(rollouts.filter(({ isCounted }) => isCounted).length, rollouts.length);
  return pooledAccuracy(
    rollouts.map(({ isCounted, ...rest }) => ({ n: 1, correct: isCounted ? 1 : 0, ...rest })),
  );
}

/**
 * With the interval that these clusters allow: from the lower of two low ends to the higher of two high ones. One is Wilson's
 * on the effective size, never more than with the `least` design effect. It takes the clusters' spread for the same
 * at every share, though clusters that differ alike in log-odds differ the less the nearer they are to all or to none, so that a
 * sample without a bad one looks surer than it is. The other solves |p - share| = t s p (1 - p) / (share (1 - share)), with
 * s the standard error: the score interval of a spread that is the same in log-odds.
 */
function clusteredProportion(
  simple: Proportion,
  clusters: readonly Tally[],
  { least, student }: { readonly least: number; readonly student: number },
): Proportion {
  const { accuracy: share, n } = simple;
  const size = n / (Math.max(least, designEffect(clusters)) * student);
  const { low, high } = wilsonInterval(share, size);
  if (share === null || low === null || high === null || share === 0 || share === 1)
    return { ...simple, low, high };
  const reach = normalQuantile((1 + confidenceLevel) / 2) / Math.sqrt(size * share * (1 - share));
  return {
    ...simple,
    low: Math.min(low, boundInLogOdds(share, reach)),
    high: Math.max(high, 1 - boundInLogOdds(1 - share, reach)),
  };
}

/** The p below the share with share - p = reach p (1 - p). */
function boundInLogOdds(share: number, reach: number): number {
  return (2 * share) / (1 + reach + Math.sqrt((1 + reach) ** 2 - 4 * reach * share));
}

/**
 * The variance of the share of right turns as a ratio of cluster totals over that of independent turns, never below 1; 1
 * also where it is not seen: with a single cluster, or without a right or a wrong turn.
 */
export function designEffect(clusters: readonly Tally[]): number {
  const n = clusters.reduce((sum, cluster) => sum + cluster.n, 0);
  const share = clusters.reduce((sum, { correct }) => sum + correct, 0) / n;
  if (n === 0 || share === 0 || share === 1 || clusters.length < 2) return 1;
  const squares = clusters.reduce((sum, cluster) => sum + (cluster.correct - share * cluster.n) ** 2, 0);
  const variance = (squares * clusters.length) / (clusters.length - 1) / n ** 2;
  return Math.max(1, variance / ((share * (1 - share)) / n));
}
