import type { ExactShare } from "./kaplan-meier.ts";
import type { SurvivalCurve, SurvivalPoint } from "./survival.ts";

/** How far a model gets before its task accuracy falls below a threshold. */
export interface Horizon {
  /** The threshold, for example 0.5. */
  readonly s: number;
  /** The first turn whose task accuracy is strictly below s; null while no turn up to `lastTurn` is. */
  readonly turns: number | null;
  /** `turns` times the keys per turn: the last step at which it can lie. */
  readonly steps: number | null;
  /** The first step at which it can lie: the one after the turn before's last. */
  readonly stepsFrom: number | null;
  /** The first turn whose lower bound is below s; null: not within the known turns. */
  readonly low: number | null;
  /** The first turn whose upper bound is below s; null: not within the known turns. */
  readonly high: number | null;
  /** `turns` if every cut rollout had been wrong in its next turn. */
  readonly turnsLowCase: number | null;
  /** `beyond`: more than `lastTurn` turns. `unknown`: nobody tells of one, or too few are left to, for others were cut. */
  readonly status: "reached" | "beyond" | "unknown";
  /** The last turn that a horizon can be read at: at least five rollouts, or all if fewer were begun, tell of it. */
  readonly lastTurn: number;
  readonly method: string;
  /** Rollouts behind the curve. */
  readonly n: number;
  /** Rollouts behind the curve, and those that a cut of their own ended before they finished a turn. */
  readonly begun: number;
  /** Of these, how many a cut of their own ended while they were without an error. */
  readonly cut: number;
}

/** The thresholds of the horizons that every summary holds. */
export const horizonThresholds: readonly number[] = [0.5, 0.8, 0.9];

/** The interval's name: the pointwise band of the curve, read across at the threshold. */
export const horizonMethod = "wilson-greenwood-inverted";

/** A curve, and what it would be if every cut rollout had been wrong in its next turn. */
export type HorizonCurve = SurvivalCurve & { readonly worst?: SurvivalCurve };

/**
 * H_s: the first turn t, counted from 1, with S(t) < s (Sinha et al. 2025, with "drops below" read strictly: exactly
 * half is not below half). S and s are compared as whole fractions, since rounding would decide ties.
 *
 * The 95 % interval is the set of turns that the curve's pointwise band cannot tell from s: from the first turn whose
 * lower bound is below s to the first whose upper bound is. Of a `boundedCurve` it holds whatever cut rollouts would
 * have done next.
 *
 * @param s a decimal with at most four places
 */
export function horizon(curve: HorizonCurve, s: number, keysPerTurn: number): Horizon {
  const threshold = fractionOf(s);
  const lastTurn = curve.readableTurns;
  const first = firstTurnWith(curve, threshold);
  const turns = first !== null && first <= lastTurn ? first : null;
  const isUnread = lastTurn === 0 || (curve.cut > 0 && lastTurn < curve.lastKnownTurn);
  const status = turns !== null ? "reached" : isUnread ? "unknown" : "beyond";
  // Where the horizon is unknown, its bounds are all that can be told.
  const within = (turn: number | null) =>
    turn === null || status === "unknown" || turn <= lastTurn ? turn : null;
  return {
    s,
    turns,
    steps: turns === null ? null : turns * keysPerTurn,
    stepsFrom: turns === null ? null : (turns - 1) * keysPerTurn + 1,
    low: within(firstTurnBelow(curve.points, "low", s)),
    high: within(firstTurnBelow(curve.points, "high", s)),
    turnsLowCase:
      curve.cut === 0 || curve.worst === undefined ? turns : firstTurnWith(curve.worst, threshold),
    status,
    lastTurn,
    method: horizonMethod,
    n: curve.rollouts,
    begun: curve.begun,
    cut: curve.cut,
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

/** The first turn whose accuracy is strictly below the threshold. */
function firstTurnWith({ exact }: SurvivalCurve, threshold: ExactShare): number | null {
  const index = exact.findIndex((share) => share !== null && isBelow(share, threshold));
  return index < 0 ? null : index + 1;
}

function isBelow(share: ExactShare, threshold: ExactShare): boolean {
  return share.numerator * threshold.denominator < threshold.numerator * share.denominator;
}

function firstTurnBelow(points: readonly SurvivalPoint[], bound: "low" | "high", s: number): number | null {
  return points.find((point) => (point[bound] ?? s) < s)?.turn ?? null;
}
