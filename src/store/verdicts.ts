import type { Database } from "better-sqlite3";
import type { StoredTurn, StoredVerdict } from "./stored-rows.ts";
import { runNumber } from "./identity.ts";
import { oneOf } from "./one-of.ts";
import { outcomeClasses, type RunRecord, type VerdictRow } from "./rows.ts";

/** The parser that judged while the run went on; before versions were recorded there was only the first. */
export function recordedBy({ versions }: Pick<RunRecord, "versions">): number {
  return Number(versions["parser"] ?? 1);
}

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

/**
 * Differences between wrong and right answers of a run's turns, in the order of the rows; unreadable ones have none, nor has
 * a run that is not in the file.
 *
 * @param named as a history names it, see {@link runNumber}
 * @param by the newest parser whose verdicts count, for one that came later must not change what was replayed; absent: any
 */
export function ownErrorsOf(
  database: Database,
  named: number | string,
  by = Number.MAX_SAFE_INTEGER,
): number[] {
  const runId = runNumber(database, named);
  const errors = database
    .prepare(
      `SELECT verdict.answer - coalesce(basis.expected, turn.expected)
        FROM turn JOIN verdict ON verdict.turn_id = turn.id
        LEFT JOIN verdict_basis basis
          ON basis.turn_id = verdict.turn_id AND basis.parser_version = verdict.parser_version
        WHERE turn.run_id = @runId AND turn.attempt = 1 AND verdict.class = 'wrong_number'
          AND verdict.parser_version = (SELECT max(other.parser_version) FROM verdict other
            WHERE other.turn_id = turn.id AND other.parser_version <= @by)
        ORDER BY turn.rollout, turn.turn`,
    )
    .pluck()
    .all({ runId, by }) as number[];
  return errors.length > 0 ? errors : keptErrors(database, named, by);
}

/** Of a run that was removed. */
function keptErrors(database: Database, named: number | string, by: number): number[] {
  const kept = database
    .prepare(`SELECT own_errors FROM removed WHERE ${typeof named === "number" ? "run" : "uid"} = ?`)
    .pluck()
    .get(named);
  if (typeof kept !== "string") return [];
  const byParser = JSON.parse(kept) as Readonly<Record<number, number[]>>;
  const versions = Object.keys(byParser).map(Number);
  return byParser[Math.max(...versions.filter((version) => version <= by))] ?? [];
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
