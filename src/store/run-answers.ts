import type { Database } from "better-sqlite3";
import { knownSum } from "./known-sum.ts";

/** Rollouts that finished their first turn, and those right in it, by the newest verdicts. */
export function firstTurnTally(database: Database, runId: number): { n: number; correct: number } {
  return database
    .prepare(
      "SELECT count(*) AS n, coalesce(sum(turn_correct), 0) AS correct FROM turns WHERE run_id = ? AND attempt = 1 AND turn = 1",
    )
    .get(runId) as { n: number; correct: number };
}

/** Decoded tokens of a turn in the mean, all its samples counted; null: not told, or no turn was answered. */
export function decodedPerTurn(database: Database, runId: number): number | null {
  const { mean } = database
    .prepare(
      `SELECT ${knownSum("decoded_tokens")} * 1.0 / nullif(count(*) FILTER (WHERE attempt = 1), 0) AS mean
        FROM turns WHERE run_id = ?`,
    )
    .get(runId) as { mean: number | null };
  return mean;
}

/** Whether any answer of a run, of any attempt, ended at the answer limit. */
export function hasCutAnswers(database: Database, runId: number): boolean {
  return (
    database.prepare("SELECT 1 FROM turn WHERE run_id = ? AND stop = 'limit' LIMIT 1").get(runId) !==
    undefined
  );
}
