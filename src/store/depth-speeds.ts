import type { Database } from "better-sqlite3";

/** How fast turns of one stretch of the conversation were. Null: none to tell. */
export interface DepthSpeed {
  readonly firstTurn: number;
  readonly lastTurn: number;
  /** Mean tokens in the KV cache when the first answer token was sampled. */
  readonly promptTokens: number | null;
  readonly ttftMs: number | null;
  readonly interTokenMs: number | null;
  readonly reuseShare: number | null;
}

/**
 * By stretches of turns of equal length, at most `bins` of them, over all of these runs. First attempts only.
 *
 * @param turns the most that a rollout of theirs was meant to have
 */
export function depthSpeeds(
  database: Database,
  runIds: readonly number[],
  turns: number,
  bins: number,
): DepthSpeed[] {
  const size = Math.max(1, Math.ceil(turns / bins));
  // A bound number is a float to SQLite, and would divide as one.
  return database
    .prepare(
      `SELECT min(turn) AS firstTurn, max(turn) AS lastTurn, avg(prompt_tokens) AS promptTokens, avg(ttft_ms) AS ttftMs,
        CASE WHEN sum(decoded_tokens) > count(decoded_tokens)
          THEN sum(decode_ms) FILTER (WHERE decoded_tokens IS NOT NULL)
            / sum(decoded_tokens - 1) FILTER (WHERE decode_ms IS NOT NULL) END AS interTokenMs,
        1.0 * sum(reused_tokens) / sum(prompt_tokens) AS reuseShare
      FROM timed_turns WHERE run_id IN (SELECT value FROM json_each(?)) AND attempt = 1
      GROUP BY (turn - 1) / CAST(? AS INTEGER) ORDER BY 1`,
    )
    .all(JSON.stringify(runIds), size) as DepthSpeed[];
}
