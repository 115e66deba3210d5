/** Made-up rollouts of which it is known how sure their model was, and whether that tells their slips. */
import type { SureRollout } from "../../src/metrics/doubt.ts";
import type { Random } from "../../src/random.ts";

export interface SureTruth {
  readonly rollouts: number;
  readonly turns: number;
  /** Chance of a first slip in each turn. */
  readonly hazard: number;
  /** Taken off the gap in each of the last turns before a slip, and how many these are. */
  readonly doubt: number;
  readonly doubtTurns: number;
  /** Added to the gap with every turn. */
  readonly trend: number;
  /** Standard deviation of a shift that all turns of a rollout share; that of single turns is 1. */
  readonly spread: number;
}

/** The gap is 5 on average where nothing is added or taken. */
export function drawSureRollouts(random: Random, truth: SureTruth): SureRollout[] {
  const { rollouts, turns, hazard, doubt, doubtTurns, trend, spread } = truth;
  return Array.from({ length: rollouts }, (_, rollout) => {
    const own = spread * normal(random);
    const slip = Array.from({ length: turns }, (__, index) => index + 1).find(() => random.unit() < hazard);
    const gaps = new Map(
      Array.from({ length: slip ?? turns }, (__, index) => {
        const turn = index + 1;
        const isNear = slip !== undefined && turn < slip && slip - turn <= doubtTurns;
        return [turn, 5 + own + normal(random) + trend * turn - (isNear ? doubt : 0)] as const;
      }),
    );
    return { cluster: String(rollout), gaps, firstErrorTurn: slip ?? null, isSlip: slip !== undefined };
  });
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
}
