import { horizon } from "./horizon.ts";
import { survivalCurve } from "./survival.ts";
import { curtailed, isOpenCut, rightToTheEnd, wrongNext } from "./cuts.ts";
import { normalQuantile, studentQuantile } from "./distributions.ts";
import { passageOf, drawHorizons, type HorizonDraws, horizonAtPassage } from "./horizon-draws.ts";
import { percentiles } from "./percentile.ts";
import type { PlayedRollout } from "./played-rollout.ts";
import { significanceLevel, wantedPower } from "./power.ts";

/** How many times as far one sample gets as another, told so that a margin can be held against it. */
export interface MarginRatio {
  /** H_s of the first over H_s of the second; null unless both are reached within the turns compared. */
  readonly ratio: number | null;
  /** H_s of the second; null: not within the turns, or unknown. */
  readonly horizon: number | null;
  /** Interval at 95 %, adjusted for comparisons. `low` holds also where the first horizon lies beyond the turns, `high` where the second does; null: unknown. */
  readonly low: number | null;
  readonly high: number | null;
  /** The same without what cut rollouts leave open. */
  readonly uncut: { readonly low: number | null; readonly high: number | null };
  /** Natural logarithm of the ratio of passages, the least it can be where the first lies beyond the turns; null: unknown. */
  readonly logarithm: number | null;
  /** Its standard deviation over the draws. */
  readonly spread: number;
}

export interface MarginQuestion {
  readonly s: number;
  /** Turns that are compared. */
  readonly turns: number;
  /** Ratios that are looked at together. */
  readonly comparisons: number;
  /** Whether rollouts with one dictionary are drawn together. */
  readonly isByDictionary: boolean;
}

/**
 * The ratio of two horizons with an interval for a margin: at a true ratio of just the margin's, its lower end is within
 * the margin in 1 to 2 % of studies of most worlds, and in none tried in more than 5 %
 * (bench/statistics/results/margins.md); its upper end is below it as seldom.
 *
 * Each end is the farthest of three, from the draws of one bootstrap ({@link drawHorizons}): percentiles of the ratio of
 * horizons in whole turns, as they are shown; percentiles of that of the passages between turns, since whole turns
 * alone jump (of horizons of 5 turns they miss the truth in up to 17 %); and Student's interval by the spread of the
 * latter, which percentiles of few rollouts, and of few draws far out, are too narrow for. The adjustment for comparisons
 * is Bonferroni's. A horizon beyond the turns counts as the least it can be: where that happens to the second in more
 * draws than lie below the percentile there is no lower end, where to the first no upper one. Cut rollouts are taken at
 * their worst, each way.
 */
export function marginRatio(
  first: readonly PlayedRollout[],
  second: readonly PlayedRollout[],
  question: MarginQuestion,
): MarginRatio {
  const { turns } = question;
  const [left, right] = [curtailed(first, turns), curtailed(second, turns)];
  const plain = drawnRatio(left, right, question);
  if (![...left, ...right].some(isOpenCut)) return plain;
  const { low } = drawnRatio(wrongNext(left), rightToTheEnd(right, turns), question);
  const { high } = drawnRatio(rightToTheEnd(left, turns), wrongNext(right), question);
  return {
    ...plain,
    low: low === null || plain.low === null ? null : Math.min(low, plain.low),
    high: high === null || plain.high === null ? null : Math.max(high, plain.high),
  };
}

/**
 * Rollouts of each of two samples, besides those they have, that would tell on which side of the margin the ratio lies in
 * 80 % of studies, were it what it seems; the spread of its logarithm falls with their square root.
 *
 * @param rollouts of the sample that has fewer
 */
export function moreRolloutsFor(
  { logarithm, spread }: Pick<MarginRatio, "logarithm" | "spread">,
  margin: number,
  rollouts: number,
  comparisons: number,
): number | null {
  if (logarithm === null || spread === 0) return null;
  const away = Math.abs(logarithm - Math.log(1 - margin));
  return farthestCost * rollouts * ((wantedQuantiles(comparisons) * spread) / away) ** 2 - rollouts;
}

/**
 * How many times as many rollouts an interval takes whose ends are the farthest of three, measured for equal models
 * (bench/statistics/results/margin-power.md).
 */
export const farthestCost = 1.15;

/** Standard deviations between the margin and a ratio that is told from it with the wanted chance. */
function wantedQuantiles(comparisons: number): number {
  return normalQuantile(1 - significanceLevel / 2 / comparisons) + normalQuantile(wantedPower);
}

type Sample = readonly PlayedRollout[];

function drawnRatio(first: Sample, second: Sample, question: MarginQuestion): MarginRatio {
  const { s, turns, comparisons, isByDictionary } = question;
  const replicates = replicatesFor(Math.max(first.length, second.length), comparisons);
  const draws = drawHorizons(first, second, { s, turns, seed: 1, replicates, isByDictionary });
  const [far, near] = [readPassage(first, s, turns), readPassage(second, s, turns)];
  const most = (significanceLevel / 2 / comparisons) * replicates;
  const { low, high, spread } = intervalOf(draws, (far ?? turns) / (near ?? turns), question);
  const isKnown = far !== null && near !== null;
  const ends = {
    low: near === null || openIn(draws.second) > most ? null : low,
    high: far === null || openIn(draws.first) > most ? null : high,
  };
  return {
    horizon: near === null ? null : horizonAtPassage(near),
    ratio: isKnown ? horizonAtPassage(far) / horizonAtPassage(near) : null,
    ...ends,
    uncut: ends,
    logarithm: near === null ? null : Math.log((far ?? turns) / near),
    spread,
  };
}

/** Null also where too few rollouts are left to tell. */
function readPassage(sample: Sample, s: number, turns: number): number | null {
  const isRead = horizon(survivalCurve(sample, turns), s, 1).turns !== null;
  return isRead ? passageOf(sample, s, turns) : null;
}

/** The farthest ends of the three intervals. @param ratio of the passages of the samples themselves */
function intervalOf(
  { first, second, units }: HorizonDraws,
  ratio: number,
  { turns, comparisons }: MarginQuestion,
): { readonly low: number; readonly high: number; readonly spread: number } {
  const logarithms = (horizonAt: (passage: number) => number): Float64Array =>
    first.map((far, index) => Math.log(horizonAt(far) / horizonAt(second[index] ?? turns)));
  // Beyond the turns, it is at least that many, or one more in whole turns.
  const within = (passage: number): number => (Number.isNaN(passage) ? turns : passage);
  const passages = logarithms(within);
  const whole = logarithms((passage) => horizonAtPassage(within(passage)));
  const outside = significanceLevel / 2 / comparisons;
  const ends = [passages, whole].map((drawn) => percentiles(drawn, [100 * outside, 100 * (1 - outside)]));
  const spread = units < 2 ? Number.POSITIVE_INFINITY : deviation(passages) * Math.sqrt(units / (units - 1));
  const reach = units < 2 ? spread : studentQuantile(1 - outside, units - 1) * spread;
  const center = Math.log(ratio);
  return {
    low: Math.exp(Math.min(center - reach, ...ends.map(([low]) => low ?? Number.NEGATIVE_INFINITY))),
    high: Math.exp(Math.max(center + reach, ...ends.map(([, high]) => high ?? Number.POSITIVE_INFINITY))),
    spread,
  };
}

/** Of draws: at least ten beyond each percentile, fewer where many rollouts make each one dear. */
function replicatesFor(rollouts: number, comparisons: number): number {
  const wanted = Math.max(1000, (10 * comparisons) / (significanceLevel / 2));
  return Math.min(wanted, Math.max(300, Math.floor(2_000_000 / Math.max(1, rollouts))));
}

function openIn(passages: Float64Array): number {
  return passages.filter(Number.isNaN).length;
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
