import { historyFacts } from "../settings/stored.ts";
import type { RunRecord } from "../store/rows.ts";
import type { RolloutFacts, WrongTurn } from "../store/wrong-turns.ts";

/** So many numbers back an answer may be explained from. */
const numbersAtMost = 8;

/**
 * The numbers that a turn's history showed, newest first: a number that no history showed cannot have caused an
 * answer. A window shows the answers of its last turns; a fresh conversation none, but its question tells the state.
 * Every other history shows a number for each turn behind, be it the model's own, the truth or a planted one.
 */
export function shownNumbers(
  { history }: Pick<RunRecord["settings"], "history">,
  { turn, expected, value }: Pick<WrongTurn, "turn" | "expected" | "value">,
  { shownBefore, answers }: Pick<RolloutFacts, "shownBefore" | "answers">,
): number[] {
  const turnsSeen = historyFacts(history)?.turnsSeen ?? null;
  if (turnsSeen === 0) {
    // Without a state to build on, or with none yet, it tells the last number.
    const told = expected === value ? shownBefore.get(turn) : expected - value;
    return told === undefined ? [] : [told];
  }
  return turnsSeen === null
    ? newest(shownBefore, turn, 1)
    : newest(answers, turn - 1, Math.max(1, turn - turnsSeen));
}

/** @param from the turn to begin with, down to `least` */
function newest(numbers: ReadonlyMap<number, number>, from: number, least: number): number[] {
  const found: number[] = [];
  for (let at = from; at >= least && found.length < numbersAtMost; at--) {
    const number = numbers.get(at);
    if (number !== undefined) found.push(number);
  }
  return found;
}
