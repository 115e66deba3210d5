import type { Database } from "better-sqlite3";

/** Whether any answer of a run, of any attempt, ended at the answer limit. */
export function hasCutAnswers(database: Database, runId: number): boolean {
  return (
    database.prepare("SELECT 1 FROM turn WHERE run_id = ? AND stop = 'limit' LIMIT 1").get(runId) !==
    undefined
  );
}
