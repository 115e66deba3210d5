import type { Database } from "better-sqlite3";

/** How fast turns of one stretch of the conversation were. Null: none to tell. */
export interface DepthSpeed {
  readonly firstTurn: number;
  readonly lastTurn: number;
  /** Mean tokens in the KV cache when the first answer token was sampled. */
  readonly promptTokens: number;
  readonly ttftMs: number;
  readonly interTokenMs: number | null;
  readonly reuseShare: number;
}

/** By stretches of turns of equal length, at most `bins` of them. First attempts only. */
export function depthSpeeds(database: Database, runId: number, turns: number, bins: number): DepthSpeed[] {
  const size = Math.max(1, Math.ceil(turns / bins));
  return database
    .prepare(
      `SELECT min(turn) AS firstTurn, max(turn) AS lastTurn, avg(prompt_tokens) AS promptTokens, avg(ttft_ms) AS ttftMs,
        CASE WHEN sum(decoded_tokens) > count(*) THEN sum(decode_ms) / (sum(decoded_tokens) - count(*)) END AS interTokenMs,
        1.0 * sum(reused_tokens) / sum(prompt_tokens) AS reuseShare
      FROM turn WHERE run_id = ? AND attempt = 1 GROUP BY (turn - 1) / ? ORDER BY 1`,
    )
    .all(runId, size) as DepthSpeed[];
}
