import { boundedMeanDifference } from "../metrics/bounded-mean.ts";
import { mcnemarTest } from "../metrics/mcnemar.ts";
import type { PlayedRollout } from "../metrics/played-rollout.ts";
import type { ComparePair } from "./compare-schema.ts";
import type { Pair } from "./pairs.ts";

/**
 * Turns without an error that the one ahead has more than the other, on average, up to the last that both can be read
 * at.
 */
export function meanTurnsDifference({
  ahead,
  behind,
  turns,
  pairedRollouts,
}: Pair): ComparePair["meanTurnsDifference"] {
  const limit = Math.min(turns, ahead.taskAccuracy.length, behind.taskAccuracy.length);
  if (limit < 1) return null;
  const found = boundedMeanDifference(ahead.played, behind.played, limit, pairedRollouts > 1);
  return found === null ? null : { limit: found.limit, mean: found.mean, low: found.low, high: found.high };
}

/**
 * McNemar's test at the turn by which half of the rollouts of both have made their first error, or at the last one
 * that both were meant to have.
 */
export function mcNemarOf({ ahead, behind, turns }: Pair): ComparePair["mcNemar"] {
  const others = new Map(behind.played.map((rollout) => [rollout.instance, rollout]));
  const both = ahead.played.flatMap((rollout) => {
    const other = others.get(rollout.instance);
    return other === undefined ? [] : [[rollout, other] as const];
  });
  if (both.length === 0) return null;
  const errors = both
    .flat()
    .map(({ firstErrorTurn }) => firstErrorTurn ?? Number.POSITIVE_INFINITY)
    .toSorted((left, right) => left - right);
  const turn = Math.min(turns, errors[Math.ceil(errors.length / 2) - 1] ?? turns);
  const known = both.filter((pair) => pair.every((rollout) => isKnownAt(rollout, turn)));
  const only = (side: 0 | 1): number =>
    known.filter((pair) => isWholeAt(pair[side], turn) && !isWholeAt(pair[side === 0 ? 1 : 0], turn)).length;
  const [onlyAhead, onlyBehind] = [only(0), only(1)];
  const test = mcnemarTest(onlyAhead, onlyBehind);
  return test === null ? null : { turn, onlyAhead, onlyBehind, pValue: test.pValue, midP: test.midP };
}

function isKnownAt({ lastTurn, firstErrorTurn }: PlayedRollout, turn: number): boolean {
  return lastTurn >= turn || firstErrorTurn !== null;
}

function isWholeAt({ firstErrorTurn }: PlayedRollout, turn: number): boolean {
  return firstErrorTurn === null || firstErrorTurn > turn;
}
