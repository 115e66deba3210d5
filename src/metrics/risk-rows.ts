import type { RolloutSurvival, SurvivalPoint } from "./survival.ts";

/** How many rollouts were still without an error when they did a turn, and how many made their first error in it. */
export type RiskRow = Pick<SurvivalPoint, "turn" | "atRisk" | "firstErrors">;

/**
 * The rows from turn 1 to the last one that a rollout did without an earlier error. They hold all that a likelihood of
 * the first error needs: whoever is not at risk any more, and did not err, was censored.
 */
export function riskRows(rollouts: readonly RolloutSurvival[]): RiskRow[] {
  const exitOf = ({ lastTurn, firstErrorTurn }: RolloutSurvival): number => firstErrorTurn ?? lastTurn;
  const last = rollouts.reduce((turn, rollout) => Math.max(turn, exitOf(rollout)), 0);
  const exits = new Uint32Array(last + 1);
  const errors = new Uint32Array(last + 1);
  for (const rollout of rollouts) {
    const exit = exitOf(rollout);
    exits[exit] = (exits[exit] ?? 0) + 1;
    if (rollout.firstErrorTurn !== null) errors[exit] = (errors[exit] ?? 0) + 1;
  }
  let atRisk = rollouts.length - (exits[0] ?? 0);
  return Array.from({ length: last }, (_, index) => {
    const turn = index + 1;
    const row = { turn, atRisk, firstErrors: errors[turn] ?? 0 };
    atRisk -= exits[turn] ?? 0;
    return row;
  });
}
