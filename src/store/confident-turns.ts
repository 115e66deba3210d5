import type { Database } from "better-sqlite3";
import type { AnswerConfidence } from "../reply/confidence.ts";
import type { RunRecord } from "./rows.ts";
import { recordedBy } from "./verdicts.ts";

/** How sure the model was of an answer. */
export interface AnswerSureness {
  /** Of all its tokens, one after the other, in (0, 1]. */
  readonly probability: number;
  /** The smallest of its tokens' gaps, in log-odds; null: not asked for. */
  readonly gap: number | null;
  /** That of the token that decided; null also where that is not known any more. */
  readonly decidingGap: number | null;
}

export interface ConfidentTurn extends AnswerSureness {
  readonly rollout: number;
  readonly turn: number;
}

/**
 * A column of the view `turns`: what is held of how sure the model was, as far as the newest verdict leaves it known. Tokens
 * were chosen by the answer that was judged while the run went on, by the parser @recordedBy, and the one that decided by
 * the number that was expected then; where they stood in the text is not held.
 */
export const heldConfidence = `CASE WHEN parser_version = @recordedBy THEN confidence
  WHEN answer IS NOT (SELECT answer FROM verdict WHERE turn_id = turns.id AND parser_version = @recordedBy) THEN NULL
  WHEN expected = (SELECT expected FROM turn WHERE turn.id = turns.id) THEN confidence
  ELSE json_set(confidence, '$.decides', NULL) END AS confidence`;

/** The turns of a run of which it is told, first attempts, in order. */
export function confidentTurns(database: Database, run: Pick<RunRecord, "id" | "versions">): ConfidentTurn[] {
  const rows = database
    .prepare(
      `SELECT rollout, turn, ${heldConfidence} FROM turns
        WHERE run_id = @id AND attempt = 1 AND turns.confidence IS NOT NULL ORDER BY rollout, turn`,
    )
    .raw()
    .iterate({ id: run.id, recordedBy: recordedBy(run) }) as IterableIterator<
    [number, number, string | null]
  >;
  return Array.from(rows).flatMap(([rollout, turn, text]) => {
    const sureness = surenessIn(text);
    return sureness === null ? [] : [{ rollout, turn, ...sureness }];
  });
}

/** @param text a turn's {@link heldConfidence} */
export function surenessIn(text: string | null): AnswerSureness | null {
  if (text === null) return null;
  const { probabilities, gaps, decides } = JSON.parse(text) as Held;
  return {
    probability: probabilities.reduce((product, probability) => product * probability, 1),
    gap: gaps === null ? null : Math.min(...gaps),
    decidingGap: decides === null ? null : (gaps?.[decides] ?? null),
  };
}

interface Held extends Omit<AnswerConfidence, "decides"> {
  readonly decides: number | null;
}
