import type { StoredTurn, StoredVerdict } from "../store/stored-rows.ts";
import { type Parser, parserOf } from "../tasks/parsers.ts";
import type { Instance } from "../tasks/task.ts";
import type { HistoryErrors } from "../rollout/history/history.ts";
import { type JudgedAgain, judgeAgain, type Replay } from "./judge-again.ts";
import type { Findings, Place } from "./findings.ts";

/**
 * Checks one rollout's turns against what was to be asked, and everything that follows from their texts: what the
 * conversation showed, what was expected, every verdict by the parser that gave it.
 *
 * @param instance the rollout's, drawn again; null: what was asked is taken from the rows
 * @param recordedBy the version of the parser that judged while the run went on
 */
export function checkTurns(
  replay: Replay | null,
  rollout: number,
  instance: Instance | null,
  turns: readonly StoredTurn[],
  recordedBy: number,
  findings: Findings,
): void {
  for (const turn of turns) {
    const place = placeOf(turn);
    findings.seal("turn-seal", "a column of the row is not as it was written", turn.seal, place);
    if (instance !== null) checkAsked(turn, instance, findings, place);
  }
  if (replay === null) return;
  checkOrder(replay, turns, findings);
  const versions = new Set([
    recordedBy,
    ...turns.flatMap(({ verdicts }) => verdicts.map(({ parserVersion }) => parserVersion)),
  ]);
  for (const version of versions) {
    const parser = parserOf(version);
    if (parser === null) findings.skip("verdicts", `this Longhaul has no parser version ${version}`);
    else {
      const judged = judgeAgain(replay, rollout, instance, turns, parser);
      if (judged.length !== turns.length)
        findings.add("turn-order", "turns that follow one another", turns.length, judged.length, { rollout });
      checkJudging(judged, parser, version === recordedBy, findings);
    }
  }
}

/** The turns that were to be asked, one after the other; the attempts of each from 1. */
function checkOrder({ probe }: Replay, turns: readonly StoredTurn[], findings: Findings): void {
  let last = 0;
  let attempt = 0;
  for (const turn of turns) {
    attempt = turn.turn === last ? attempt + 1 : 1;
    const next = probe?.find((asked) => asked > last) ?? (probe === null ? last + 1 : 0);
    if (attempt === 1) findings.equal("turn-order", "turn", next, turn.turn, placeOf(turn));
    findings.equal("turn-order", "attempt", attempt, turn.attempt, placeOf(turn));
    last = turn.turn;
  }
}

function placeOf({ rollout, turn }: StoredTurn): Place {
  return { rollout, turn };
}

function listed(keys: StoredTurn["keys"]): string {
  return keys === null || keys === "unreadable" ? "no list" : keys.join(", ");
}

function checkAsked(turn: StoredTurn, instance: Instance, findings: Findings, place: Place): void {
  const asked = instance.turns[turn.turn - 1];
  if (asked === undefined) {
    findings.add("turn-order", "turn", `at most ${instance.turns.length}`, turn.turn, place);
    return;
  }
  findings.equal("asked", "keys", asked.keys.join(", "), listed(turn.keys), place);
  findings.equal("asked", "value", asked.value, turn.value, place);
  findings.equal("asked", "truth", asked.truth, turn.truth, place);
}

function checkJudging(
  judged: readonly JudgedAgain[],
  parser: Parser,
  isRecording: boolean,
  findings: Findings,
): void {
  for (const { turn, verdict, reasoning, history } of judged) {
    const place = placeOf(turn);
    if (isRecording) {
      findings.equal("shown", "shown_before", verdict.basis.shownBefore, turn.shownBefore, place);
      findings.equal("shown", "values_since", verdict.basis.valuesSince, turn.valuesSince, place);
      findings.equal("shown", "expected", verdict.basis.expected, turn.expected, place);
      findings.equal("reasoning", "reasoning", reasoning, turn.reasoning, place);
      checkHistory(history, turn, findings, place);
    }
    const stored = turn.verdicts.find(({ parserVersion }) => parserVersion === parser.version);
    if (stored !== undefined) checkVerdict(verdict, stored, findings, place);
    else if (isRecording)
      findings.add("verdict", `by parser ${parser.version}`, verdict.class, "no verdict", place);
  }
}

/** Rows of earlier versions do not hold it. */
function checkHistory(history: HistoryErrors, turn: StoredTurn, findings: Findings, place: Place): void {
  if (turn.historyAnswers === null) return;
  findings.equal("shown", "history_answers", history.answers, turn.historyAnswers, place);
  findings.equal("shown", "history_wrong", history.wrong, turn.historyWrong, place);
  findings.equal("shown", "history_breaks", history.breaks, turn.historyBreaks, place);
}

const verdictColumns = [
  ["class", "class"],
  ["answer", "answer"],
  ["first_answer", "firstAnswer"],
  ["turn_correct", "turnCorrect"],
  ["index_correct", "indexCorrect"],
  ["task_correct", "taskCorrect"],
  ["after_missing", "afterMissing"],
] as const;

function checkVerdict(
  expected: StoredVerdict,
  stored: StoredVerdict,
  findings: Findings,
  place: Place,
): void {
  const by = `by parser ${expected.parserVersion}`;
  for (const [column, field] of verdictColumns)
    findings.equal("verdict", `${column} ${by}`, expected[field], stored[field], place);
  for (const field of ["shownBefore", "valuesSince", "expected"] as const)
    findings.equal("verdict", `basis ${field} ${by}`, expected.basis[field], stored.basis[field], place);
}
