import type { CurveRollout } from "./bounded-curve.ts";
import { curtailed, isOpenCut, rightToTheEnd, wrongNext } from "./cuts.ts";
import { dictionariesOf } from "./dictionary-clusters.ts";
import type { PlayedRollout } from "./played-rollout.ts";
import { confidenceLevel } from "./proportion.ts";
import {
  clusteredSpread,
  keptPossible,
  type MeanTurns,
  pairedMeanDifference,
  restrictedMean,
  turnsSurvived,
  withInterval,
} from "./restricted-mean.ts";
import { riskRows } from "./risk-rows.ts";

/**
 * The mean number of turns before the first error, none counted after turn `limit`, with an interval that knows of
 * cuts and of shared dictionaries: its low end is that with all cut rollouts wrong in their next turn, its high end
 * that with all right to the limit, and where rollouts share six dictionaries or more its variance is that between
 * dictionaries, of the pseudo-values that `pairedMeanDifference` is made of.
 *
 * @returns null where the curve is not known as far as the limit
 */
export function boundedMean(rollouts: readonly CurveRollout[], limit: number): MeanTurns | null {
  const seen = curtailed(rollouts, limit);
  const plain = meanOf(seen, limit);
  if (plain === null || !seen.some(isOpenCut)) return plain;
  return spanning(plain, meanOf(wrongNext(seen), limit), meanOf(rightToTheEnd(seen, limit), limit));
}

/**
 * How many turns further the first gets on average, likewise: at the low end the first's cut rollouts were wrong next
 * and the second's right to the limit, at the high end the other way round.
 *
 * @param isPaired whether the rollouts of one instance are taken together
 * @param level of the interval
 */
export function boundedMeanDifference(
  first: readonly PlayedRollout[],
  second: readonly PlayedRollout[],
  limit: number,
  isPaired: boolean,
  level = confidenceLevel,
): MeanTurns | null {
  const difference = (left: readonly PlayedRollout[], right: readonly PlayedRollout[]): MeanTurns | null =>
    isPaired ? pairedMeanDifference(left, right, limit, level) : unpaired(left, right, limit, level);
  const [mine, theirs] = [curtailed(first, limit), curtailed(second, limit)];
  const plain = difference(mine, theirs);
  if (plain === null || ![...mine, ...theirs].some(isOpenCut)) return plain;
  return spanning(
    plain,
    difference(wrongNext(mine), rightToTheEnd(theirs, limit)),
    difference(rightToTheEnd(mine, limit), wrongNext(theirs)),
  );
}

/**
 * The estimate with the ends of its worst cases; where all rollouts of a case are alike, and it has no interval, its
 * estimate is the end.
 */
function spanning(plain: MeanTurns, worst: MeanTurns | null, best: MeanTurns | null): MeanTurns {
  const low = worst === null ? null : (worst.low ?? worst.mean);
  const high = best === null ? null : (best.high ?? best.mean);
  return {
    ...plain,
    low: low === null ? plain.low : Math.min(low, plain.low ?? low),
    high: high === null ? plain.high : Math.max(high, plain.high ?? high),
  };
}

function unpaired(
  first: readonly CurveRollout[],
  second: readonly CurveRollout[],
  limit: number,
  level: number,
): MeanTurns | null {
  const [left, right] = [meanOf(first, limit), meanOf(second, limit)];
  if (left === null || right === null) return null;
  const clusters = [first, second].map(clustersOf).filter((count) => count !== null);
  const standardError = Math.hypot(left.standardError, right.standardError);
  return withInterval(
    limit,
    left.mean - right.mean,
    standardError,
    clusters.length > 0 ? Math.min(...clusters) - 1 : null,
    level,
  );
}

function meanOf(rollouts: readonly CurveRollout[], limit: number): MeanTurns | null {
  const plain = restrictedMean(riskRows(rollouts), limit);
  const counted = rollouts.filter(({ lastTurn }) => lastTurn > 0);
  const dictionaries = dictionariesOf(counted.map(({ dictionary }) => dictionary));
  const values = dictionaries.scope === "clusters" ? turnsSurvived(counted, limit) : null;
  if (plain === null || values === null) return plain;
  const standardError = Math.max(plain.standardError, clusteredSpread(values, dictionaries));
  return keptPossible(withInterval(limit, plain.mean, standardError, dictionaries.effective - 1));
}

/** How many dictionaries stand for others; null where rollouts do. */
function clustersOf(rollouts: readonly CurveRollout[]): number | null {
  const counted = rollouts.filter(({ lastTurn }) => lastTurn > 0);
  const { scope, effective } = dictionariesOf(counted.map(({ dictionary }) => dictionary));
  return scope === "clusters" ? effective : null;
}
