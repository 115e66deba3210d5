import type { Database } from "better-sqlite3";
import type { StoredTurn, StoredVerdict } from "./stored-rows.ts";
import { oneOf } from "./one-of.ts";
import { outcomeClasses, type VerdictRow } from "./rows.ts";

/**
 * Adds verdicts of stored turns by another parser. What one was judged by is written where it is not what the turn's
 * own row says. Refuses (and writes nothing) where a verdict of that version is there already.
 */
export function addVerdicts(
  database: Database,
  verdicts: readonly { readonly turn: StoredTurn; readonly verdict: StoredVerdict }[],
): void {
  const verdictStatement = database.prepare(insertVerdict);
  const basisStatement = database.prepare(
    `INSERT INTO verdict_basis (turn_id, parser_version, shown_before, values_since, expected)
    VALUES (@turnId, @parserVersion, @shownBefore, @valuesSince, @expected)`,
  );
  database.transaction(() => {
    for (const { turn, verdict } of verdicts) {
      const { basis } = verdict;
      verdictStatement.run(verdictColumns(turn.id, verdict));
      const isTurnsOwn =
        basis.shownBefore === turn.shownBefore &&
        basis.valuesSince === turn.valuesSince &&
        basis.expected === turn.expected;
      if (!isTurnsOwn)
        basisStatement.run({ ...basis, turnId: turn.id, parserVersion: verdict.parserVersion });
    }
  })();
}

/** Differences between wrong and right answers of a run's turns, in the order of the rows; unreadable ones have none. */
export function ownErrorsOf(database: Database, runId: number): number[] {
  return database
    .prepare(
      "SELECT answer - expected FROM turns WHERE run_id = ? AND attempt = 1 AND class = 'wrong_number' ORDER BY rollout, turn",
    )
    .pluck()
    .all(runId) as number[];
}

/** Takes the columns of {@link verdictColumns}. */
export const insertVerdict = `
INSERT INTO verdict (turn_id, parser_version, class, answer, first_answer, turn_correct, index_correct, task_correct,
  after_missing)
VALUES (@turnId, @parserVersion, @class, @answer, @firstAnswer, @turnCorrect, @indexCorrect, @taskCorrect,
  @afterMissing)`;

export function verdictColumns(
  turnId: number | bigint,
  verdict: VerdictRow,
): Readonly<Record<string, unknown>> {
  return {
    turnId,
    parserVersion: verdict.parserVersion,
    class: oneOf(outcomeClasses, "class", verdict.class),
    answer: verdict.answer,
    firstAnswer: verdict.firstAnswer,
    turnCorrect: Number(verdict.turnCorrect),
    indexCorrect: Number(verdict.indexCorrect),
    taskCorrect: Number(verdict.taskCorrect),
    afterMissing: Number(verdict.afterMissing),
  };
}
