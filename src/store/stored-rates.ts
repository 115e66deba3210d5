import type { Database } from "better-sqlite3";

/** How fast a model was on this machine, all conversations of a run together. */
export interface StoredRates {
  readonly prefillPerMs: number;
  readonly decodePerMs: number;
  /** Of a run's time what no batch took: loading, checks, commits. */
  readonly overheadMs: number;
}

/** Of the newest complete run of the model at this path that shows both rates; null without one. */
export function storedRates(database: Database, modelPath: string): StoredRates | null {
  const row = database
    .prepare(
      `SELECT run.wall_ms - (SELECT sum(end_ms - start_ms) FROM batch WHERE run_id = run.id) AS overheadMs,
        sum(b.prefill_tokens) FILTER (WHERE b.decode_tokens = 0) * 1.0
          / sum(b.end_ms - b.start_ms) FILTER (WHERE b.decode_tokens = 0) AS prefillPerMs,
        sum(b.decode_tokens) FILTER (WHERE b.prefill_tokens = 0) * 1.0
          / sum(b.end_ms - b.start_ms) FILTER (WHERE b.prefill_tokens = 0) AS decodePerMs
      FROM run JOIN model ON model.id = run.model_id JOIN batch b ON b.run_id = run.id
      WHERE model.path = ? AND run.status = 'complete' AND b.phase = 'run'
      GROUP BY run.id HAVING prefillPerMs > 0 AND decodePerMs > 0 ORDER BY run.id DESC LIMIT 1`,
    )
    .get(modelPath) as StoredRates | undefined;
  return row === undefined ? null : { ...row, overheadMs: Math.max(0, row.overheadMs) };
}
