import type { Database } from "better-sqlite3";
import type { OutcomeClass } from "./rows.ts";

/** A turn as a reader sees it, its costs beside it. */
export interface PageTurn {
  readonly turn: number;
  readonly keys: readonly string[];
  readonly truth: number;
  readonly expected: number;
  readonly answer: number | null;
  readonly class: OutcomeClass;
  readonly text: string;
  /** From here on null is what the engine did not tell. */
  readonly ttftMs: number | null;
  readonly decodeMs: number | null;
  readonly promptTokens: number | null;
  readonly reusedTokens: number | null;
}

/** Turns of one rollout from a turn on, at most `limit`; first attempts, newest verdicts. */
export function pageTurns(
  database: Database,
  runId: number,
  rollout: number,
  fromTurn: number,
  limit: number,
): PageTurn[] {
  const rows = database
    .prepare(
      `SELECT turn, keys, truth, expected, answer, class, text, round(ttft_ms, 2) AS ttftMs, round(decode_ms, 2) AS decodeMs,
        prompt_tokens AS promptTokens, reused_tokens AS reusedTokens
      FROM turns WHERE run_id = ? AND rollout = ? AND attempt = 1 AND turn >= ? ORDER BY turn LIMIT ?`,
    )
    .all(runId, rollout, fromTurn, limit) as (Omit<PageTurn, "keys"> & { keys: string })[];
  return rows.map((row) => ({ ...row, keys: JSON.parse(row.keys) as string[] }));
}
