import { historyFacts } from "../settings/stored.ts";
import type { RunRecord } from "../store/rows.ts";
import type { RolloutFacts, WrongTurn } from "../store/wrong-turns.ts";

/** So many numbers back an answer may be explained from. */
const numbersAtMost = 8;

/**
 * The numbers that a turn's history showed, newest first: a number that no history showed cannot have caused an
 * answer. A history that leaves turns out shows the answers of the others; a fresh conversation none, but its question
 * tells the state.
 * Every other history shows a number for each turn behind, be it the model's own, the truth or a planted one.
 */
export function shownNumbers(
  { history }: Pick<RunRecord["settings"], "history">,
  { turn, expected, value }: Pick<WrongTurn, "turn" | "expected" | "value">,
  { shownBefore, answers }: Pick<RolloutFacts, "shownBefore" | "answers">,
): number[] {
  const facts = historyFacts(history);
  const seen = facts?.seen ?? null;
  // The number before turn t is the one that turn t - 1 left behind.
  if (seen === null) return newest(shownBefore, from(turn));
  if (facts?.tellsState === true) {
    // Without a state to build on, or with none yet, it tells the last number.
    const told = expected === value ? shownBefore.get(turn) : expected - value;
    return told === undefined ? [] : [told];
  }
  return newest(answers, seen([...from(turn - 1)].toReversed()).toReversed());
}

/** The numbers of the first of these turns that have one. */
function newest(numbers: ReadonlyMap<number, number>, turns: Iterable<number>): number[] {
  const found: number[] = [];
  for (const turn of turns) {
    const number = numbers.get(turn);
    if (number !== undefined) found.push(number);
    if (found.length === numbersAtMost) break;
  }
  return found;
}

/** This turn and those before it, the last first. */
function* from(turn: number): Generator<number> {
  for (let at = turn; at >= 1; at--) yield at;
}
