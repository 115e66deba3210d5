import type { Database } from "better-sqlite3";

/** How long a turn took, everything included, while all its conversations ran together. */
export interface TurnCost {
  readonly model: string;
  /** Wall time of the run over its finished turns. */
  readonly msPerTurn: number;
}

/** The newest complete run of each model on this file's real engines, at most five, newest first. */
export function turnCosts(database: Database): TurnCost[] {
  const rows = database
    .prepare(
      `SELECT model.name AS model, run.wall_ms AS wallMs, max(run.id) AS id,
        (SELECT count(*) FROM turn WHERE turn.run_id = run.id) AS turns
        FROM run JOIN model ON model.id = run.model_id
        WHERE run.status = 'complete' AND run.engine = 'llama' AND run.wall_ms > 0
        GROUP BY model.sha256 ORDER BY id DESC LIMIT 5`,
    )
    .all() as { model: string; wallMs: number; turns: number }[];
  return rows.flatMap(({ model, wallMs, turns }) =>
    turns === 0 ? [] : [{ model, msPerTurn: wallMs / turns }],
  );
}
