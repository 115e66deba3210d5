import type { Database } from "better-sqlite3";
import { type AnswerSureness, heldConfidence, surenessIn } from "./confident-turns.ts";
import type { OutcomeClass, RunRecord } from "./rows.ts";
import { recordedBy } from "./verdicts.ts";

/** A turn as a reader sees it, its costs beside it. */
export interface PageTurn {
  readonly turn: number;
  readonly keys: readonly string[];
  readonly truth: number;
  readonly expected: number;
  readonly answer: number | null;
  readonly class: OutcomeClass;
  readonly text: string;
  /** Null: nobody asked, or there is no answer. */
  readonly confidence: Omit<AnswerSureness, "decidingGap"> | null;
  /** From here on null is what the engine did not tell. */
  readonly ttftMs: number | null;
  readonly decodeMs: number | null;
  readonly promptTokens: number | null;
  readonly reusedTokens: number | null;
}

/** Turns of one rollout from a turn on, at most `limit`; first attempts, newest verdicts. */
export function pageTurns(
  database: Database,
  run: Pick<RunRecord, "id" | "versions">,
  rollout: number,
  fromTurn: number,
  limit: number,
): PageTurn[] {
  const rows = database
    .prepare(
      `SELECT turn, keys, truth, expected, answer, class, text, ${heldConfidence}, round(ttft_ms, 2) AS ttftMs, round(decode_ms, 2) AS decodeMs,
        prompt_tokens AS promptTokens, reused_tokens AS reusedTokens
      FROM turns WHERE run_id = @runId AND rollout = @rollout AND attempt = 1 AND turn >= @fromTurn ORDER BY turn LIMIT @limit`,
    )
    .all({ runId: run.id, recordedBy: recordedBy(run), rollout, fromTurn, limit }) as (Omit<
    PageTurn,
    "keys" | "confidence"
  > & {
    keys: string;
    confidence: string | null;
  })[];
  return rows.map((row) => ({
    ...row,
    keys: JSON.parse(row.keys) as string[],
    confidence: shortened(surenessIn(row.confidence)),
  }));
}

/** A page holds thousands of them. */
function shortened(sureness: AnswerSureness | null): PageTurn["confidence"] {
  if (sureness === null) return null;
  const { probability, gap } = sureness;
  return {
    probability: Number(probability.toPrecision(3)),
    gap: gap === null ? null : Number(gap.toFixed(2)),
  };
}
