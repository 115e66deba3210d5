import type { GivenAnswer } from "../engine/engine.ts";
import { EngineError } from "../errors.ts";
import type { FinishedTurn, PlayedBefore } from "../rollout/run-rollout.ts";
import type { PlayedRollout } from "../store/played-rollout.ts";
import type { StoredTurn } from "../store/stored-rows.ts";

/**
 * What of a rollout need not be generated again.
 *
 * @param isExact whether open rollouts are evaluated as they were
 * @throws EngineError where a row is not as it was written
 */
export function playedBefore(
  rollout: number,
  { end, detail, turns }: PlayedRollout,
  isExact: boolean,
): PlayedBefore {
  const given = new Map(turns.map((turn) => [placeOf(turn.turn - 1, turn.sample ?? 0), turn]));
  for (const { turn, seal } of turns)
    if (seal.stored !== null && seal.stored !== seal.actual)
      throw changed(rollout, turn, "its row is not as it was written (longhaul verify tells more)");
  const isReplayed = isExact && end === null;
  return {
    // Those that a floor or a watchdog ended are over, too; why is told by their rows.
    ended: end === null ? null : { end: end === "timeout" || end === "floor" ? "interrupted" : end, detail },
    given(turnIndex, sample) {
      const turn = given.get(placeOf(turnIndex, sample));
      return turn === undefined ? null : givenAnswer(rollout, turn, isReplayed);
    },
  };
}

/** @throws EngineError where a turn that was played before is now asked or judged otherwise */
export function assertAsked(rollout: number, { turns }: PlayedRollout, finished: FinishedTurn): void {
  const before = turns.find(({ turn, attempt }) => turn === finished.turn && attempt === 1);
  const [now] = finished.samples;
  if (before === undefined || now === undefined) return;
  const { expected, shownBefore, verdict } = now.judged;
  const was = before.verdicts.at(-1);
  if (expected !== before.expected || shownBefore !== before.shownBefore)
    throw changed(rollout, finished.turn, `${expected} is right now, and ${before.expected} was`);
  if (was !== undefined && was.turnCorrect !== verdict.turnCorrect)
    throw changed(rollout, finished.turn, `its answer is judged ${verdict.class} now, and was ${was.class}`);
}

function placeOf(turnIndex: number, sample: number): string {
  return `${turnIndex}/${sample}`;
}

function givenAnswer(rollout: number, turn: StoredTurn, isReplayed: boolean): GivenAnswer {
  const { tokenIds, interTokenMs, served } = turn;
  if (tokenIds === "unreadable" || interTokenMs === "unreadable" || served === "unreadable")
    throw changed(rollout, turn.turn, "its token ids, times or what the server told of it cannot be read");
  return { ...turn, tokenIds, interTokenMs, served, tokenConfidence: null, isReplayed };
}

function changed(rollout: number, turn: number, how: string): EngineError {
  return new EngineError("changed", `turn ${turn} of rollout ${rollout}: ${how}`);
}
