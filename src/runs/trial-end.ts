import type { RolloutOutcome } from "../rollout/run-rollout.ts";
import type { BrokenRollouts, TrialEnd } from "./trial.ts";

/** A rollout that is over. */
export interface EndedRollout extends RolloutOutcome {
  readonly rollout: number;
}

/**
 * How a trial that was carried through ended. An engine error ends one rollout, not the run; the run failed where it
 * could not go on: the engine answered no more, or no rollout was left that was not lost to it, so that there is nothing
 * which `--resume` could count as done.
 */
export function trialEnd(
  ended: readonly EndedRollout[],
  { isInterrupted, isSilent }: { readonly isInterrupted: boolean; readonly isSilent: boolean },
): TrialEnd {
  const broken = brokenAmong(ended);
  if (isInterrupted) return { status: "interrupted", error: null, broken };
  if (broken === null) return { status: "complete", error: null, broken };
  if (isSilent)
    return { status: "failed", error: `the engine answers no more: ${broken.because}`, broken: null };
  const { count, because } = broken;
  if (count === ended.length)
    return { status: "failed", error: `${count} of ${count} rollouts: ${because}`, broken: null };
  return { status: "complete", error: null, broken };
}

/** Whether the engine is gone: all conversations broke, and three more that were begun since, without an answer between. */
export function isSilent(brokenSinceAnswer: number, parallel: number): boolean {
  return brokenSinceAnswer >= parallel + 3;
}

/** Why rollouts broke, each reason once, as the run's warnings. */
export function breakWarnings(ended: readonly EndedRollout[]): string[] {
  const byReason = new Map<string, number[]>();
  for (const { rollout, detail } of brokenOf(ended)) {
    const reason = detail ?? unexplained;
    byReason.set(reason, [...(byReason.get(reason) ?? []), rollout]);
  }
  return [...byReason].map(([reason, [first = 0, ...more]]) =>
    more.length === 0
      ? `rollout ${first} broke: ${reason}`
      : `rollout ${first} and ${more.length} more broke: ${reason}`,
  );
}

const unexplained = "engine error";

function brokenAmong(ended: readonly EndedRollout[]): BrokenRollouts | null {
  const broken = brokenOf(ended);
  const [first] = broken;
  return first === undefined ? null : { count: broken.length, because: first.detail ?? unexplained };
}

function brokenOf(ended: readonly EndedRollout[]): EndedRollout[] {
  return ended.filter(({ end }) => end === "engine_error");
}
