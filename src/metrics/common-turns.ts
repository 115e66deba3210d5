import { comparedTurns, isOpenCut } from "./cuts.ts";
import type { RolloutSurvival } from "./survival.ts";

type Sample = readonly RolloutSurvival[];

/**
 * Up to which turn two samples can be compared: where a sample's contexts were full together, or its whole run was
 * stopped, nothing is known of it behind that.
 *
 * @param turns how many turns a rollout was meant to have
 */
export function commonTurns(first: Sample, second: Sample, turns: number): number {
  return Math.min(knownTurns(first, turns), knownTurns(second, turns));
}

function knownTurns(sample: Sample, turns: number): number {
  const limit = comparedTurns(sample, turns);
  const last = sample.reduce((turn, rollout) => Math.max(turn, rollout.lastTurn), 0);
  // Where every rollout so far ended by its error or by a cut of its own, the run itself went on.
  const isStopped = sample.some(
    (rollout) => rollout.lastTurn === last && rollout.firstErrorTurn !== last && !isOpenCut(rollout),
  );
  return isStopped && last > 0 ? Math.min(limit, last) : limit;
}
