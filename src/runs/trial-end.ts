import type { RolloutOutcome } from "../rollout/run-rollout.ts";
import type { BrokenRollouts, TrialEnd } from "./trial.ts";

/** The rollouts that are over: a number, and those lost to the engine. */
export class EndedRollouts {
  count = 0;
  readonly broken: BrokenRollout[] = [];

  add(rollout: number, { end, detail }: RolloutOutcome): void {
    this.count++;
    if (end === "engine_error") this.broken.push({ rollout, reason: detail ?? "engine error" });
  }
}

interface BrokenRollout {
  readonly rollout: number;
  readonly reason: string;
}

/**
 * How a trial that was carried through ended. An engine error ends one rollout, not the run; the run failed where it
 * could not go on: the engine answered no more, or no rollout was left that was not lost to it, so that there is nothing
 * which `--resume` could count as done.
 */
export function trialEnd(
  ended: EndedRollouts,
  { isInterrupted, isSilent }: { readonly isInterrupted: boolean; readonly isSilent: boolean },
): TrialEnd {
  const broken = brokenAmong(ended);
  if (isInterrupted) return { status: "interrupted", error: null, broken };
  if (broken === null) return { status: "complete", error: null, broken };
  if (isSilent)
    return { status: "failed", error: `the engine answers no more: ${broken.because}`, broken: null };
  const { count, because } = broken;
  if (count === ended.count)
    return { status: "failed", error: `${count} of ${count} rollouts: ${because}`, broken: null };
  return { status: "complete", error: null, broken };
}

/** Whether the engine is gone: all conversations broke, and three more that were begun since, without an answer between. */
export function isSilent(brokenSinceAnswer: number, parallel: number): boolean {
  return brokenSinceAnswer >= parallel + 3;
}

/** Why rollouts broke, each reason once, as the run's warnings. */
export function breakWarnings({ broken }: EndedRollouts): string[] {
  const byReason = new Map<string, number[]>();
  for (const { rollout, reason } of broken) byReason.set(reason, [...(byReason.get(reason) ?? []), rollout]);
  return [...byReason].map(([reason, [first = 0, ...more]]) =>
    more.length === 0
      ? `rollout ${first} broke: ${reason}`
      : `rollout ${first} and ${more.length} more broke: ${reason}`,
  );
}

function brokenAmong({ broken }: EndedRollouts): BrokenRollouts | null {
  const [first] = broken;
  return first === undefined ? null : { count: broken.length, because: first.reason };
}
