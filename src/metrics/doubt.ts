import { groupBy } from "../group-by.ts";
import { type ClusteredMean, clusteredMean, type ClusteredValue } from "./clustered-mean.ts";
import { studentQuantile } from "./distributions.ts";
import { confidenceLevel } from "./proportion.ts";

/** How sure a model was in the turns of a rollout. */
export interface SureRollout {
  /** What it falls together with others by. */
  readonly cluster: string;
  /** Of each right answer, and of the first wrong number: by turn, from 1. */
  readonly gaps: ReadonlyMap<number, number>;
  /** The first turn that is not right; null: none. */
  readonly firstErrorTurn: number | null;
  /** Whether that is a wrong number. */
  readonly isSlip: boolean;
}

/** How sure the model was so many turns before the first slip of its rollouts; 0: in the slip. */
export interface DoubtBefore {
  readonly before: number;
  readonly gap: ClusteredMean;
  /** Less how sure it was at the same turns in rollouts that went on right; null at the slip, or where there are none. */
  readonly difference: Difference | null;
}

interface Difference {
  /** Rollouts that slipped and have others beside them. */
  readonly n: number;
  readonly mean: number;
  /** 95 %; null: too few. */
  readonly low: number | null;
  readonly high: number | null;
}

/** Turns before a slip that are looked at. */
export const doubtTurns = 5;

/** Below so many slips with others beside them no interval is told. */
const slipsAtLeast = 5;

/**
 * How the gap goes in the turns before the first slip. What falls with the turns in every rollout is no doubt, so rollouts
 * that slip so many turns later are held against those that were right at that very turn and made no error in the five
 * after it, as far as these were played.
 */
export function doubtBeforeSlip(rollouts: readonly SureRollout[]): DoubtBefore[] {
  const slipped = rollouts.filter(({ isSlip }) => isSlip);
  return Array.from({ length: doubtTurns + 1 }, (_, index) => {
    const before = doubtTurns - index;
    const cases = slipped.flatMap(({ cluster, gaps, firstErrorTurn }) => {
      const turn = (firstErrorTurn ?? 0) - before;
      const value = gaps.get(turn);
      return value === undefined ? [] : [{ cluster, turn, value }];
    });
    return {
      before,
      gap: clusteredMean(cases),
      difference: before === 0 ? null : differenceOf(cases, rollouts),
    };
  });
}

/**
 * With how many turns before the slip doubt begins: the farthest from which on every turn's interval lies below 0. Looked
 * at from the last one backwards, and no further than one that is not shown, so that all of it together is wrong no more
 * often than one alone. Null: none is shown.
 */
export function doubtBegins(doubt: readonly DoubtBefore[]): number | null {
  let begins: number | null = null;
  for (const { before, difference } of doubt.toReversed()) {
    if (before === 0) continue;
    if (difference?.high == null || difference.high >= 0) break;
    begins = before;
  }
  return begins;
}

interface Case extends ClusteredValue {
  readonly turn: number;
}

/**
 * The mean difference between each case and the mean of those beside it at its turn. Its variance adds up, by cluster,
 * how far cases lie from the mean difference and those beside them from their own mean, each by its weight.
 */
function differenceOf(cases: readonly Case[], rollouts: readonly SureRollout[]): Difference | null {
  const strata = [...groupBy(cases, ({ turn }) => String(turn)).values()].flatMap((own) => {
    const beside = goingOn(rollouts, own[0]?.turn ?? 0);
    return beside.length === 0 ? [] : [{ own, beside, mean: meanOf(beside) }];
  });
  const n = strata.reduce((sum, { own }) => sum + own.length, 0);
  if (n === 0) return null;
  const differences = strata.flatMap(({ own, mean }) =>
    own.map(({ cluster, value }) => ({ cluster, value: value - mean })),
  );
  const mean = meanOf(differences);
  const clusters = new Set(differences.map(({ cluster }) => cluster)).size;
  if (clusters < slipsAtLeast) return { n, mean, low: null, high: null };
  const influence = new Map<string, number>();
  const add = (cluster: string, part: number): void => {
    influence.set(cluster, (influence.get(cluster) ?? 0) + part);
  };
  for (const { cluster, value } of differences) add(cluster, (value - mean) / n);
  for (const { own, beside, mean: besideMean } of strata)
    for (const { cluster, value } of beside)
      add(cluster, (-own.length * (value - besideMean)) / (n * beside.length));
  const squares = [...influence.values()].reduce((sum, part) => sum + part ** 2, 0);
  const error = Math.sqrt((squares * clusters) / (clusters - 1));
  const reach = studentQuantile((1 + confidenceLevel) / 2, clusters - 1) * error;
  return { n, mean, low: mean - reach, high: mean + reach };
}

/** Those that were right at a turn and made no error in the ones that are looked at after it. */
function goingOn(rollouts: readonly SureRollout[], turn: number): ClusteredValue[] {
  return rollouts.flatMap(({ cluster, gaps, firstErrorTurn }) => {
    const value = gaps.get(turn);
    const isRightOn = firstErrorTurn === null || firstErrorTurn > turn + doubtTurns;
    return value === undefined || !isRightOn ? [] : [{ cluster, value }];
  });
}

function meanOf(values: readonly ClusteredValue[]): number {
  return values.reduce((sum, { value }) => sum + value, 0) / values.length;
}
