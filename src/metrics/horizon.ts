import type { ExactShare, SurvivalCurve, SurvivalPoint } from "./survival.ts";

/** How far a model gets before its task accuracy falls below a threshold. */
export interface Horizon {
  /** The threshold, for example 0.5. */
  readonly s: number;
  /** The first turn whose task accuracy is strictly below s; null while no known turn is. */
  readonly turns: number | null;
  /** `turns` times the keys per turn. */
  readonly steps: number | null;
  /** The first turn whose lower bound is below s; null: not within the known turns. */
  readonly low: number | null;
  /** The first turn whose upper bound is below s; null: not within the known turns. */
  readonly high: number | null;
  /** `beyond`: more than `lastTurn` turns. */
  readonly status: "reached" | "beyond";
  /** The last turn at which the task accuracy is known. */
  readonly lastTurn: number;
  readonly method: string;
  /** Rollouts behind the curve. */
  readonly n: number;
}

/** The thresholds of the horizons that every summary holds. */
export const horizonThresholds: readonly number[] = [0.5, 0.8, 0.9];

/** The interval's name: the pointwise band of `survivalCurve`, read across at the threshold. */
export const horizonMethod = "wilson-greenwood-inverted";

/**
 * H_s: the first turn t, counted from 1, with S(t) < s (Sinha et al. 2025, with "drops below" read strictly: exactly
 * half is not below half). S and s are compared as whole fractions, since rounding would decide ties.
 *
 * The 95 % interval is the set of turns that the curve's pointwise band cannot tell from s: from the first turn whose
 * lower bound is below s to the first whose upper bound is.
 *
 * @param s a decimal with at most four places
 */
export function horizon(curve: SurvivalCurve, s: number, keysPerTurn: number): Horizon {
  const threshold = fractionOf(s);
  const index = curve.exact.findIndex((share) => share !== null && isBelow(share, threshold));
  const turns = index < 0 ? null : index + 1;
  return {
    s,
    turns,
    steps: turns === null ? null : turns * keysPerTurn,
    low: firstTurnBelow(curve.points, "low", s),
    high: firstTurnBelow(curve.points, "high", s),
    status: turns === null ? "beyond" : "reached",
    lastTurn: curve.lastKnownTurn,
    method: horizonMethod,
    n: curve.rollouts,
  };
}

/**
 * H_s of a model that gets every turn right with the same chance: floor(ln s / ln p) + 1, the first t with p^t < s
 * (Sinha et al. 2025, Proposition 1, with "below" strict).
 */
export function constantHorizon(p: number, s: number): number {
  return Math.floor(Math.log(s) / Math.log(p)) + 1;
}

function fractionOf(s: number): ExactShare {
  return { numerator: BigInt(Math.round(s * 10_000)), denominator: 10_000n };
}

function isBelow(share: ExactShare, threshold: ExactShare): boolean {
  return share.numerator * threshold.denominator < threshold.numerator * share.denominator;
}

function firstTurnBelow(points: readonly SurvivalPoint[], bound: "low" | "high", s: number): number | null {
  return points.find((point) => (point[bound] ?? s) < s)?.turn ?? null;
}
