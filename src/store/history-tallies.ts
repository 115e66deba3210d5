import type { Database } from "better-sqlite3";
import { knownSum } from "./known-sum.ts";

/** What the histories of a rollout showed, and what its turns took. */
export interface HistoryTally {
  readonly rollout: number;
  /** Answers shown before asked turns, errors among them, and totals that did not follow from the one before. */
  readonly answers: number;
  readonly wrong: number;
  readonly breaks: number;
  /** Turns asked while the state shown was not the true one, and those of them whose answer was the true total. */
  readonly astray: number;
  readonly repaired: number;
  /** Turns that were asked, and all samples drawn for them. */
  readonly turns: number;
  readonly samples: number;
  /** From here on null: some turn does not tell it. */
  readonly prefilledTokens: number | null;
  readonly reusedTokens: number | null;
  readonly decodedTokens: number | null;
  readonly reasoningTokens: number | null;
}

/** Of every rollout of a run that finished a turn. */
export function historyTallies(database: Database, runId: number): HistoryTally[] {
  return database
    .prepare(
      `SELECT rollout, coalesce(sum(history_answers) FILTER (WHERE attempt = 1), 0) AS answers,
        coalesce(sum(history_wrong) FILTER (WHERE attempt = 1), 0) AS wrong,
        coalesce(sum(history_breaks) FILTER (WHERE attempt = 1), 0) AS breaks,
        count(*) FILTER (WHERE attempt = 1 AND expected <> truth) AS astray,
        count(*) FILTER (WHERE attempt = 1 AND expected <> truth AND answer = truth) AS repaired,
        count(*) FILTER (WHERE attempt = 1) AS turns, count(*) AS samples,
        ${knownSum("prefilled_tokens")} AS prefilledTokens, ${knownSum("reused_tokens")} AS reusedTokens,
        ${knownSum("decoded_tokens")} AS decodedTokens, ${knownSum("reasoning_tokens")} AS reasoningTokens
      FROM turns WHERE run_id = ? GROUP BY rollout`,
    )
    .all(runId) as HistoryTally[];
}

/** A judged turn and the share of errors among the answers that it saw. */
export interface ConditionedTurn {
  readonly rollout: number;
  readonly turn: number;
  readonly errorShare: number;
  readonly isCorrect: boolean;
}

/** Every asked turn that had any answer before it. */
export function conditionedTurns(database: Database, runId: number): ConditionedTurn[] {
  const rows = database
    .prepare(
      `SELECT rollout, turn, history_answers, history_wrong, turn_correct FROM turns
        WHERE run_id = ? AND attempt = 1 ORDER BY rollout, turn`,
    )
    .raw()
    .all(runId) as [number, number, number | null, number, number][];
  let [rollout, ownWrong] = [-1, 0];
  return rows.flatMap(([at, turn, answers, wrong, correct]) => {
    if (at !== rollout) [rollout, ownWrong] = [at, 0];
    // Rows older than these columns: the history was the model's own, all of it.
    const [shown, errors] = answers === null ? [turn - 1, ownWrong] : [answers, wrong];
    ownWrong += 1 - correct;
    return shown === 0 ? [] : [{ rollout, turn, errorShare: errors / shown, isCorrect: correct === 1 }];
  });
}
