import type { Database } from "better-sqlite3";
import type { RolloutEnd } from "./rows.ts";
import { type StoredTurn, storedTurns } from "./stored-rows.ts";

/** A rollout as the file has it while its run goes on. */
export interface PlayedRollout {
  /** Null: it is open. */
  readonly end: RolloutEnd | null;
  readonly detail: string | null;
  /** All samples, by turn and attempt. */
  readonly turns: readonly StoredTurn[];
}

/** Null: it was not begun. */
export function playedRollout(database: Database, runId: number, rollout: number): PlayedRollout | null {
  const row = database
    .prepare("SELECT end, detail FROM rollout WHERE run_id = ? AND rollout = ?")
    .get(runId, rollout) as Pick<PlayedRollout, "end" | "detail"> | undefined;
  return row === undefined ? null : { ...row, turns: storedTurns(database, runId, rollout) };
}
