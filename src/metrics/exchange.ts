import { dictionaryOf, type SharedDictionaries } from "./dictionary-clusters.ts";
import type { PlayedRollout } from "./played-rollout.ts";
import { logRankTest } from "./log-rank.ts";
import { riskRows } from "./risk-rows.ts";

/**
 * What relabelling can do to the log-rank numerator of the first sample. Its deviation from the mean over all
 * relabellings is the sum of the `swaps`, each with either sign, and of as many of a deal's scores as it has labels.
 */
export interface Exchange {
  /** The deviation seen. */
  readonly excess: number;
  /** What the two sides of a pair differ by, first less second, halved; pairs that do not differ are left out. */
  readonly swaps: Float64Array;
  readonly deals: readonly Deal[];
  /** First errors of both samples. */
  readonly errors: number;
  /** How many times as far as relabelling the deviation can go by chance, at least 1: more where samples were stopped unlike. */
  readonly widening: number;
}

/** Scores without a partner, less their mean, and how many of them are the first sample's. */
export interface Deal {
  readonly scores: Float64Array;
  readonly labels: number;
  /** The sum of those that are the first sample's. */
  readonly excess: number;
}

type Sample = readonly PlayedRollout[];

/** What changes sides as one: all rollouts of an instance, or of a dictionary. */
interface Unit {
  readonly key: string;
  readonly first: Side;
  readonly second: Side;
}

/** One sample's rollouts in a unit, and the sum of their scores. */
interface Side {
  rollouts: number;
  score: number;
}

interface Stratum {
  readonly first: Sample;
  readonly second: Sample;
  readonly units: readonly Unit[];
}

/**
 * Scores of two samples and how they can be exchanged; by keys, so that the order of rollouts does not matter.
 *
 * @returns null where no exchange makes a difference
 */
export function exchangeOf(left: Sample, right: Sample, { scope }: SharedDictionaries): Exchange | null {
  const keyOf = scope === "clusters" ? dictionaryOf : instanceOf;
  const [mine, theirs] = cutTogether(left.toSorted(byInstance), right.toSorted(byInstance));
  const names = scope === "these" ? [...new Set([...mine, ...theirs].map(dictionaryOf))].toSorted() : [null];
  const strata = names.map((name): Stratum => {
    const [first, second] = [mine, theirs].map((sample) =>
      name === null ? sample : sample.filter((rollout) => dictionaryOf(rollout) === name),
    ) as [Sample, Sample];
    return { first, second, units: unitsOf(first, second, keyOf) };
  });
  const swaps = Float64Array.from(strata.flatMap(({ units }) => units.flatMap(swapOf)));
  const deals = strata.map(({ units }) => dealOf(units)).filter(isVaried);
  if (swaps.length === 0 && deals.length === 0) return null;
  const excess =
    swaps.reduce((sum, swap) => sum + swap, 0) + deals.reduce((sum, deal) => sum + deal.excess, 0);
  const errors = [...mine, ...theirs].filter(({ firstErrorTurn }) => firstErrorTurn !== null).length;
  const exchange = { excess, swaps, deals, errors, widening: 1 };
  return scope === "clusters" ? exchange : { ...exchange, widening: wideningBy(strata, exchange) };
}

/** The same seen from the second sample. */
export function mirrored(exchange: Exchange): Exchange {
  return {
    ...exchange,
    excess: -exchange.excess,
    swaps: exchange.swaps.map((swap) => -swap),
    deals: exchange.deals.map(mirroredDeal),
  };
}

/** The other sample's labels in place of the first's. */
export function mirroredDeal({ scores, labels, excess }: Deal): Deal {
  return { scores, labels: scores.length - labels, excess: -excess };
}

/** Variance of the deviation over all relabellings: of a deal m (n - m) / (n (n - 1)) times its scores' squares. */
export function varianceOf({ swaps, deals }: Pick<Exchange, "swaps" | "deals">): number {
  const squares = (values: Float64Array): number => values.reduce((sum, value) => sum + value ** 2, 0);
  return deals.reduce((sum, { scores, labels }) => {
    const n = scores.length;
    return sum + ((labels * (n - labels)) / (n * (n - 1))) * squares(scores);
  }, squares(swaps));
}

/**
 * Rollouts of one instance, all ended where the first of them was stopped: what lies behind was never compared. One that
 * ended by its error may have been meant to go on, and stops nobody.
 */
function cutTogether(left: Sample, right: Sample): [Sample, Sample] {
  const ends = new Map<string, number>();
  for (const { instance, lastTurn, firstErrorTurn } of [...left, ...right])
    if (lastTurn !== firstErrorTurn) ends.set(instance, Math.min(lastTurn, ends.get(instance) ?? lastTurn));
  const cut = (rollout: PlayedRollout): PlayedRollout => {
    const end = ends.get(rollout.instance);
    if (end === undefined || end >= rollout.lastTurn) return rollout;
    const { firstErrorTurn } = rollout;
    return {
      ...rollout,
      lastTurn: end,
      firstErrorTurn: firstErrorTurn !== null && firstErrorTurn <= end ? firstErrorTurn : null,
    };
  };
  return [left.map(cut), right.map(cut)];
}

/**
 * Relabelling takes stops for a part of the rollout. Where the larger sample lost more to stops than the smaller one, the
 * two are nearer in size later on than it assumes, and the deviation varies more: by the log-rank test's own variance,
 * which counts who is at risk in each turn (Heimann and Neuhaus 1998 on permuting under unequal censoring).
 */
function wideningBy(strata: readonly Stratum[], exchange: Pick<Exchange, "swaps" | "deals">): number {
  const last = strata.reduce(
    (turn, { first, second }) => Math.max(turn, lastTurnOf(first), lastTurnOf(second)),
    0,
  );
  const isStopped = ({ lastTurn, firstErrorTurn }: PlayedRollout): boolean =>
    firstErrorTurn === null && lastTurn < last;
  const alone = strata.map(({ first, second, units }) => {
    const paired = new Set(units.filter(isPaired).map(({ key }) => key));
    return [first, second].map((sample) => sample.filter(({ instance }) => !paired.has(instance)));
  });
  if (!alone.flat(2).some(isStopped)) return 1;
  const swapped = varianceOf({ swaps: exchange.swaps, deals: [] });
  const counted = alone.reduce((sum, [first = [], second = []]) => {
    const test = logRankTest(riskRows(first), riskRows(second));
    return sum + (test?.variance ?? 0);
  }, swapped);
  return Math.sqrt(Math.max(1, counted / varianceOf(exchange)));
}

function lastTurnOf(sample: Sample): number {
  return sample.reduce((turn, { lastTurn }) => Math.max(turn, lastTurn), 0);
}

function unitsOf(left: Sample, right: Sample, keyOf: (rollout: PlayedRollout) => string): Unit[] {
  const scoreOf = pooledResiduals([...left, ...right]);
  const units = new Map<string, Unit>();
  const add = (rollout: PlayedRollout, side: "first" | "second"): void => {
    const key = keyOf(rollout);
    const unit = units.get(key) ?? {
      key,
      first: { rollouts: 0, score: 0 },
      second: { rollouts: 0, score: 0 },
    };
    unit[side].rollouts++;
    unit[side].score += scoreOf(rollout);
    units.set(key, unit);
  };
  for (const rollout of left) add(rollout, "first");
  for (const rollout of right) add(rollout, "second");
  return [...units.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
}

/** M = e - L(t) of each rollout, L being the cumulated hazard of all of them together. */
function pooledResiduals(all: Sample): (rollout: PlayedRollout) => number {
  const cumulated = [0];
  for (const { turn, atRisk, firstErrors } of riskRows(all))
    cumulated[turn] = (cumulated[turn - 1] ?? 0) + (atRisk === 0 ? 0 : firstErrors / atRisk);
  return ({ lastTurn, firstErrorTurn }) =>
    (firstErrorTurn === null ? 0 : 1) - (cumulated[firstErrorTurn ?? lastTurn] ?? 0);
}

function isPaired({ first, second }: Unit): boolean {
  return first.rollouts > 0 && second.rollouts > 0;
}

/**
 * With m and n rollouts, m n / (m + n) times the difference of their mean scores, so that what the unit makes easy or hard
 * for both cancels; half the difference of two.
 */
function swapOf(unit: Unit): number[] {
  if (!isPaired(unit)) return [];
  const { first, second } = unit;
  const all = first.rollouts + second.rollouts;
  const swap = (second.rollouts * first.score - first.rollouts * second.score) / all;
  return Math.abs(swap) > 1e-12 ? [swap] : [];
}

function dealOf(units: readonly Unit[]): Deal {
  const single = units.filter((unit) => !isPaired(unit));
  const raw = Float64Array.from(single, ({ first, second }) => first.score + second.score);
  const mean = raw.reduce((sum, score) => sum + score, 0) / Math.max(1, raw.length);
  const scores = raw.map((score) => score - mean);
  const isFirst = single.map(({ first }) => first.rollouts > 0);
  const sumOf = (side: boolean): number =>
    scores.reduce((sum, score, index) => (isFirst[index] === side ? sum + score : sum), 0);
  // Both sums are the same but for their sign; of both, so that rounding treats the samples alike.
  return { scores, labels: isFirst.filter(Boolean).length, excess: (sumOf(true) - sumOf(false)) / 2 };
}

function isVaried({ scores, labels }: Deal): boolean {
  return labels > 0 && labels < scores.length && scores.some((score) => Math.abs(score) > 1e-12);
}

function instanceOf({ instance }: PlayedRollout): string {
  return instance;
}

function byInstance(one: PlayedRollout, other: PlayedRollout): number {
  if (one.instance !== other.instance) return one.instance < other.instance ? -1 : 1;
  return one.lastTurn - other.lastTurn || (one.firstErrorTurn ?? 0) - (other.firstErrorTurn ?? 0);
}
