import type { Database } from "better-sqlite3";
import type { AnswerConfidence } from "../reply/confidence.ts";

/** How sure the model was of an answer. */
export interface AnswerSureness {
  /** Of all its tokens, one after the other, in (0, 1]. */
  readonly probability: number;
  /** The smallest of its tokens' gaps, in log-odds; null: not asked for. */
  readonly gap: number | null;
  /** That of the token that decided. */
  readonly decidingGap: number | null;
}

export interface ConfidentTurn extends AnswerSureness {
  readonly rollout: number;
  readonly turn: number;
}

/** The turns of a run of which it is told, first attempts, in order. */
export function confidentTurns(database: Database, runId: number): ConfidentTurn[] {
  const rows = database
    .prepare(
      `SELECT rollout, turn, confidence FROM turn
        WHERE run_id = ? AND attempt = 1 AND confidence IS NOT NULL ORDER BY rollout, turn`,
    )
    .raw()
    .iterate(runId) as IterableIterator<[number, number, string]>;
  return Array.from(rows, ([rollout, turn, text]) => ({ rollout, turn, ...surenessIn(text) }));
}

/** @param text a turn's column */
export function surenessIn(text: string): AnswerSureness {
  const { probabilities, gaps, decides } = JSON.parse(text) as AnswerConfidence;
  return {
    probability: probabilities.reduce((product, probability) => product * probability, 1),
    gap: gaps === null ? null : Math.min(...gaps),
    decidingGap: gaps?.[decides] ?? null,
  };
}
