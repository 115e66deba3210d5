import { type ClusteredTally, pooledAccuracy, rolloutShare } from "./accuracy.ts";
import type { Proportion } from "./proportion.ts";

/** A rollout turn by turn, from turn 1 without a gap. */
export interface AnsweredRollout {
  /** Whether each finished turn was right given what was shown. */
  readonly right: readonly boolean[];
  /** What was answered in them, equal texts for equal answers; empty where no answer could be read. */
  readonly answers: readonly string[];
  /** The name of its dictionary, if others may share it. */
  readonly dictionary?: string;
}

/** What comes after the first turn that is not right, the slip. */
export interface AfterSlip {
  /** Rollouts that finished a turn, those that slipped, and those of them that had a turn after it. */
  readonly rollouts: number;
  readonly slipped: number;
  readonly followed: number;
  /** Right turns up to and with the first slip, of all rollouts: what to compare with. */
  readonly before: Proportion;
  /** Share of right turns among those that come next after the first slip, one turn of each rollout. */
  readonly next: Proportion;
  /** Share of right turns among all turns after it. */
  readonly after: Proportion;
  /**
   * Most turns in a row with one and the same answer, not all of them right; null without a wrong turn that was
   * answered.
   */
  readonly longestRepeat: LongestRepeat | null;
  /** Rollouts with turns after the slip of which none is right; `n` is `followed`. */
  readonly neverRight: Proportion;
  /**
   * Median over the followed rollouts of the turn after which no answer is right: the last right one, 0 without any;
   * the lower one of two. Null where more than half are right in their last turn, so that there is no such turn.
   */
  readonly noneRightAfter: number | null;
}

export interface LongestRepeat {
  /** Index of the rollout, and the turn at which it begins. */
  readonly rollout: number;
  readonly turn: number;
  readonly turns: number;
}

/**
 * Figures of what follows a slip. Shares of turns have intervals that allow for turns of a rollout failing together; a
 * share of rollouts has Wilson's. Both know of dictionaries that rollouts share ({@link pooledAccuracy}).
 *
 * @param rollouts all of them, also those without a slip
 */
export function afterSlip(rollouts: readonly AnsweredRollout[]): AfterSlip {
  const played = rollouts.filter(({ right }) => right.length > 0);
  const slips = played.map(({ right }) => right.indexOf(false));
  const parts = played.map(({ right }, index) => {
    const slip = slips[index] ?? -1;
    const end = slip < 0 ? right.length : slip + 1;
    const { dictionary } = played[index] ?? {};
    return {
      before: right.slice(0, end),
      after: right.slice(end),
      cluster: dictionary === undefined ? {} : { dictionary },
    };
  });
  const followed = parts.filter(({ after }) => after.length > 0);
  return {
    rollouts: played.length,
    slipped: slips.filter((slip) => slip >= 0).length,
    followed: followed.length,
    before: pooledAccuracy(parts.map(({ before, cluster }) => ({ ...tallyOf(before), ...cluster }))),
    next: rolloutShare(followed.map(({ after, cluster }) => ({ isCounted: after[0] === true, ...cluster }))),
    after: pooledAccuracy(followed.map(({ after, cluster }) => ({ ...tallyOf(after), ...cluster }))),
    longestRepeat: longestRepeat(rollouts),
    neverRight: rolloutShare(
      followed.map(({ after, cluster }) => ({ isCounted: !after.includes(true), ...cluster })),
    ),
    noneRightAfter: medianOf(followed.map(({ before, after }) => lastRightOf([...before, ...after]))),
  };
}

function tallyOf(right: readonly boolean[]): ClusteredTally {
  return { n: right.length, correct: right.filter(Boolean).length };
}

/** Turns; infinite where the last turn is right. */
function lastRightOf(right: readonly boolean[]): number {
  const last = right.lastIndexOf(true) + 1;
  return last === right.length ? Number.POSITIVE_INFINITY : last;
}

function medianOf(turns: readonly number[]): number | null {
  const found = turns.toSorted((left, right) => left - right)[Math.ceil(turns.length / 2) - 1];
  return found === undefined || found === Number.POSITIVE_INFINITY ? null : found;
}

/** Of equal ones the earliest turn, then the first rollout. */
function longestRepeat(rollouts: readonly AnsweredRollout[]): LongestRepeat | null {
  let longest: LongestRepeat | null = null;
  rollouts.forEach(({ right, answers }, rollout) => {
    let from = 0;
    for (let at = 1; at <= right.length; at++) {
      if (at < right.length && answers[at] === answers[from]) continue;
      const turns = at - from;
      const isLonger =
        longest === null || turns > longest.turns || (turns === longest.turns && from + 1 < longest.turn);
      if ((answers[from] ?? "") !== "" && isLonger && right.slice(from, at).includes(false))
        longest = { rollout, turn: from + 1, turns };
      from = at;
    }
  });
  return longest;
}
