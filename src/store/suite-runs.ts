import type { Database } from "better-sqlite3";
import type { RunStatus } from "./rows.ts";

/** A run that is part of a suite, as far as carrying the suite out needs it. */
export interface SuiteRun {
  readonly id: number;
  readonly status: RunStatus;
  readonly suite: string;
  readonly experiment: string | null;
  readonly arm: string | null;
  /** JSON, as it was stored. */
  readonly settings: string;
  readonly seed: number;
  readonly engineSpec: string | null;
  readonly modelPath: string | null;
}

/** Every run of a suite, oldest first. */
export function suiteRuns(database: Database): SuiteRun[] {
  return database
    .prepare(
      `SELECT run.id, status, suite, experiment, arm, settings, seed, engine_spec AS engineSpec, model.path AS modelPath
        FROM run LEFT JOIN model ON model.id = run.model_id WHERE suite IS NOT NULL ORDER BY run.id`,
    )
    .all() as SuiteRun[];
}

/** Rollouts that finished their first turn, and those right in it, by the newest verdicts. */
export function firstTurnTally(database: Database, runId: number): { n: number; correct: number } {
  return database
    .prepare(
      "SELECT count(*) AS n, coalesce(sum(turn_correct), 0) AS correct FROM turns WHERE run_id = ? AND attempt = 1 AND turn = 1",
    )
    .get(runId) as { n: number; correct: number };
}
