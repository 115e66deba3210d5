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

/** At most `limit` of them, in the order of rollouts and turns. @param rollout of this one only; null: of all */
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

/** The dictionary of a rollout as [key, value] pairs. */
export function rolloutDictionary(database: Database, runId: number, rollout: number): [string, number][] {
  const text = database
    .prepare("SELECT dictionary FROM rollout WHERE run_id = ? AND rollout = ?")
    .pluck()
    .get(runId, rollout) as string | undefined;
  return text === undefined ? [] : (JSON.parse(text) as [string, number][]);
}

/** The numbers that the model gave in a rollout, by turn; turns without one are left out. */
export function answersOf(database: Database, runId: number, rollout: number): Map<number, number> {
  const rows = database
    .prepare(
      "SELECT turn, answer FROM turns WHERE run_id = ? AND rollout = ? AND attempt = 1 AND answer IS NOT NULL ORDER BY turn",
    )
    .raw()
    .all(runId, rollout) as [number, number][];
  return new Map(rows);
}
