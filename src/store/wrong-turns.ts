import type { Database } from "better-sqlite3";

/** A turn whose answer is a wrong number. Lists are JSON as they are stored. */
export interface WrongTurn {
  readonly rollout: number;
  readonly turn: number;
  readonly keys: string;
  readonly answer: number;
  readonly expected: number;
  readonly truth: number;
  readonly value: number;
}

/**
 * At most `limit` of them, in the order of rollouts and turns.
 *
 * @param limit negative: all
 * @param rollout of this one only; null: of all
 */
export function wrongTurns(
  database: Database,
  runId: number,
  limit: number,
  rollout: number | null = null,
): WrongTurn[] {
  return database
    .prepare(
      `SELECT rollout, turn, keys, answer, expected, truth, value FROM turns
        WHERE run_id = @runId AND attempt = 1 AND class = 'wrong_number' ${rollout === null ? "" : "AND rollout = @rollout"}
        ORDER BY rollout, turn LIMIT @limit`,
    )
    .all(rollout === null ? { runId, limit } : { runId, limit, rollout }) as WrongTurn[];
}

/** What wrong turns of a run are explained from, rollout by rollout. */
export interface RolloutFacts {
  /** JSON, as it was stored: pairs of a key and its value. */
  readonly dictionary: string;
  /** The last number that the conversation showed before each turn; turns before which none was shown are left out. */
  readonly shownBefore: ReadonlyMap<number, number>;
  /** The number that each turn was answered with; turns without a number are left out. */
  readonly answers: ReadonlyMap<number, number>;
}

/** Reads one rollout after the other. */
export function rolloutFacts(database: Database, runId: number): (rollout: number) => RolloutFacts {
  const dictionaries = database
    .prepare("SELECT dictionary FROM rollout WHERE run_id = ? AND rollout = ?")
    .pluck();
  const turns = database
    .prepare(
      `SELECT turn, shown_before, answer FROM turns
        WHERE run_id = ? AND rollout = ? AND attempt = 1 ORDER BY turn`,
    )
    .raw();
  return (rollout) => {
    const text = dictionaries.get(runId, rollout) as string | undefined;
    const rows = turns.all(runId, rollout) as [number, number | null, number | null][];
    return {
      dictionary: text ?? "[]",
      shownBefore: new Map(rows.flatMap(([turn, shown]) => (shown === null ? [] : [[turn, shown] as const]))),
      answers: new Map(
        rows.flatMap(([turn, , answer]) => (answer === null ? [] : [[turn, answer] as const])),
      ),
    };
  };
}
