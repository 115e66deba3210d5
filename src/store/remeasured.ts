import type { Database } from "better-sqlite3";
import type { BatchRow } from "./rows.ts";

/** What of a run was disturbed while it was timed, and was not measured again. */
export interface Disturbed {
  readonly turns: readonly DisturbedTurn[];
  /** Its batches, by number, with the work that they did. */
  readonly batches: ReadonlyMap<number, BatchWork>;
}

export interface DisturbedTurn {
  readonly rollout: number;
  readonly turn: number;
  /** From 0, as it was drawn. */
  readonly sample: number;
}

export type BatchWork = Pick<BatchRow, "conversations" | "prefillTokens" | "decodeTokens">;

/**
 * Turns in whose time a marked batch was, and those batches; all of them where the machine was slower throughout, so that
 * none was as fast as it should be.
 */
export function disturbedTurns(database: Database, runId: number): Disturbed {
  const marked = database
    .prepare(
      `SELECT batch, phase, conversations, prefill_tokens AS prefillTokens, decode_tokens AS decodeTokens FROM batch
        WHERE run_id = ? AND phase IN ('run', 'rebuild') AND
          (mark IS NOT NULL OR (SELECT json_extract(conditions, '$.isHeldBack') FROM run WHERE id = run_id)) ORDER BY batch`,
    )
    .all(runId) as (BatchWork & { batch: number; phase: string })[];
  const replaced = new Set(
    database
      .prepare("SELECT in_place_of FROM batch WHERE run_id = ? AND in_place_of IS NOT NULL")
      .pluck()
      .all(runId) as number[],
  );
  const open = marked.filter(({ batch, phase }) => phase === "run" && !replaced.has(batch));
  return {
    turns: [...turnsOver(database, runId, new Set(marked.map(({ batch }) => batch)))],
    batches: new Map(open.map((row) => [row.batch, row])),
  };
}

function* turnsOver(
  database: Database,
  runId: number,
  marked: ReadonlySet<number>,
): Generator<DisturbedTurn> {
  if (marked.size === 0) return;
  const rows = database
    .prepare(
      `SELECT rollout, turn, coalesce(sample, 0) AS sample, first_batch AS first, last_batch AS last FROM turn WHERE run_id = ?
        AND first_batch IS NOT NULL AND last_batch IS NOT NULL AND (rollout, turn, attempt) NOT IN
          (SELECT rollout, turn, attempt FROM remeasured WHERE run_id = turn.run_id)`,
    )
    .iterate(runId) as IterableIterator<DisturbedTurn & { first: number; last: number }>;
  for (const { first, last, ...turn } of rows) {
    let batch = first;
    while (batch <= last && !marked.has(batch)) batch++;
    if (batch <= last) yield turn;
  }
}

/** Batches that are said to have done the work of one that they are unlike. */
export function misplacedBatches(database: Database, runId: number): number[] {
  return database
    .prepare(
      `SELECT again.batch FROM batch AS again
        LEFT JOIN batch AS old ON old.run_id = again.run_id AND old.batch = again.in_place_of AND old.phase = 'run'
        WHERE again.run_id = ? AND again.in_place_of IS NOT NULL AND NOT coalesce(again.phase = 'remeasure'
          AND again.mark IS NULL AND again.conversations = old.conversations
          AND again.prefill_tokens = old.prefill_tokens AND again.decode_tokens = old.decode_tokens, 0)
        ORDER BY again.batch`,
    )
    .pluck()
    .all(runId) as number[];
}
