import { curtailed, isOpenCut, rightToTheEnd, wrongNext } from "./cuts.ts";
import { horizon } from "./horizon.ts";
import { drawHorizons, horizonAtPassage } from "./horizon-draws.ts";
import type { PlayedRollout } from "./played-rollout.ts";
import { percentiles } from "./percentile.ts";
import { survivalCurve } from "./survival.ts";

/** How many times as far one sample gets as another. */
export interface HorizonRatio {
  readonly s: number;
  /** H_s of the first over H_s of the second; null unless both are reached within the turns compared. */
  readonly ratio: number | null;
  /** 95 % interval. `low` holds also where the first horizon lies beyond the turns: "at least"; null: unknown. */
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The ratio of two horizons with a percentile interval of a bootstrap (Efron and Tibshirani 1993, 13). Where both samples
 * played the same instances, an instance is drawn with both its rollouts, so that what they share cancels; else each
 * sample is drawn by itself. A horizon beyond the turns counts as one turn more than them, the least it can be: where that
 * happens to the first in more than 2.5 % of the draws there is no upper bound, where to the second no lower one.
 * Percentiles are taken of logarithms and draws do not know which sample is the first, so that the samples exchanged give
 * the reciprocal.
 *
 * Where single rollouts were cut, the interval goes from the low end with the first's cut ones wrong in their next turn and
 * the second's right to the end, to the high end of the opposite. Rollouts that share dictionaries are drawn one by
 * one, so of six or more the interval is too narrow.
 *
 * @param turns that are compared: none behind them counts
 * @param seed of the draws
 * @param replicates number of draws; fewer by default where many rollouts make each one dear
 */
export function horizonRatio(
  first: readonly PlayedRollout[],
  second: readonly PlayedRollout[],
  s: number,
  turns: number,
  seed: number,
  replicates = defaultReplicates(first.length),
): HorizonRatio {
  const ratioOf = (left: Sample, right: Sample): HorizonRatio =>
    bootstrapped(left, right, s, turns, seed, replicates);
  const [left, right] = [curtailed(first, turns), curtailed(second, turns)];
  const plain = ratioOf(left, right);
  if (![...left, ...right].some(isOpenCut)) return plain;
  const { low } = ratioOf(wrongNext(left), rightToTheEnd(right, turns));
  const { high } = ratioOf(rightToTheEnd(left, turns), wrongNext(right));
  return {
    ...plain,
    low: low === null || plain.low === null ? null : Math.min(low, plain.low),
    high: high === null || plain.high === null ? null : Math.max(high, plain.high),
  };
}

function bootstrapped(
  first: Sample,
  second: Sample,
  s: number,
  turns: number,
  seed: number,
  replicates: number,
): HorizonRatio {
  const [mine, theirs] = [first, second].map((sample) => horizonOf(sample, s, turns));
  if (mine === undefined || theirs === undefined || first.length === 0 || second.length === 0)
    return { s, ratio: null, low: null, high: null };
  const drawn = drawHorizons(first, second, { s, turns, seed, replicates, isByDictionary: false });
  const horizonIn = (passage: number): number =>
    Number.isNaN(passage) ? turns + 1 : horizonAtPassage(passage);
  const ratios = drawn.first.map((far, index) =>
    Math.log(horizonIn(far) / horizonIn(drawn.second[index] ?? Number.NaN)),
  );
  const open = { far: openIn(drawn.first), near: openIn(drawn.second) };
  const [low = null, high = null] = percentiles(ratios, [2.5, 97.5]);
  const most = 0.025 * replicates;
  return {
    s,
    ratio: mine === null || theirs === null ? null : mine / theirs,
    low: low === null || theirs === null || open.near > most ? null : Math.exp(low),
    high: high === null || mine === null || open.far > most ? null : Math.exp(high),
  };
}

function horizonOf(sample: readonly PlayedRollout[], s: number, turns: number): number | null {
  return horizon(survivalCurve(sample, turns), s, 1).turns;
}

type Sample = readonly PlayedRollout[];

function openIn(passages: Float64Array): number {
  return passages.filter(Number.isNaN).length;
}

function defaultReplicates(rollouts: number): number {
  return Math.min(1000, Math.max(300, Math.floor(400_000 / Math.max(1, rollouts))));
}
