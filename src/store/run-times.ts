import type { Database } from "better-sqlite3";
import { knownSum } from "./known-sum.ts";

/** How long a run's parts took. Null: there are no such batches. */
export interface RunTimes {
  /** Rollouts that had all their turns. */
  readonly wholeRollouts: number;
  readonly turns: number;
  /** From the beginning of the first batch of a turn to the end of the last one. */
  readonly turnsMs: number | null;
  /** The same, as if each marked batch had taken as long as others of its kind on average; null: of a kind all are marked. */
  readonly usualTurnsMs: number | null;
  /** In batches, those of the warm-up and of the shared prefix included, of times that were taken again none. */
  readonly batchesMs: number | null;
  /**
   * Tokens a millisecond over those unmarked batches of the turns that only prefilled, or only decoded; all
   * conversations together. Where other processes had cores in every batch of a kind, over those: a busy machine is
   * forecast as it was met. Time slept through never counts.
   */
  readonly prefillPerMs: number | null;
  readonly decodePerMs: number | null;
}

export function runTimes(database: Database, runId: number): RunTimes {
  return database
    .prepare(
      `WITH kind AS (
        SELECT iif(count(mark) = 0, 0, total(end_ms - start_ms) FILTER (WHERE mark IS NOT NULL)
          - count(mark) * avg(end_ms - start_ms) FILTER (WHERE mark IS NULL)) AS lostMs
        FROM batch WHERE run_id = @runId AND phase = 'run' GROUP BY decode_tokens = 0)
      SELECT
        (SELECT count(*) FROM rollout WHERE run_id = @runId AND end = 'complete') AS wholeRollouts,
        (SELECT count(*) FROM turn WHERE run_id = @runId AND attempt = 1) AS turns,
        ${turnsMs} AS turnsMs,
        ${turnsMs}
          - (SELECT ${knownSum("lostMs", "lostMs")} FROM kind) AS usualTurnsMs,
        sum(end_ms - start_ms) FILTER (WHERE phase <> 'remeasure') AS batchesMs,
        ${rate("prefill_tokens", "decode_tokens")} AS prefillPerMs,
        ${rate("decode_tokens", "prefill_tokens")} AS decodePerMs
      FROM batch WHERE run_id = @runId`,
    )
    .get({ runId }) as RunTimes;
}

/** SQL for the time from the first batch of a turn to the last, without what was evaluated again in between. */
const turnsMs = `max(end_ms) FILTER (WHERE phase = 'run') - min(start_ms) FILTER (WHERE phase = 'run')
          - (SELECT total(end_ms - start_ms) FROM batch WHERE run_id = @runId AND phase <> 'run' AND batch BETWEEN
            (SELECT min(batch) FROM batch WHERE run_id = @runId AND phase = 'run') AND
            (SELECT max(batch) FROM batch WHERE run_id = @runId AND phase = 'run'))`;

/** SQL for the tokens a millisecond of the batches that had tokens of one kind alone. */
function rate(tokens: string, others: string): string {
  const over = (marks: string): string => {
    const chosen = `FILTER (WHERE phase = 'run' AND ${others} = 0 AND ${marks})`;
    return `sum(${tokens}) ${chosen} * 1.0 / sum(end_ms - start_ms) ${chosen}`;
  };
  return `coalesce(${over("mark IS NULL")}, ${over("mark = 'busy'")})`;
}
