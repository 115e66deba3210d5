import type { Database } from "better-sqlite3";
import { blockOf } from "../settings/shard.ts";
import { listRuns } from "./queries.ts";
import type { RunStatus } from "./rows.ts";

/** A run that stopped before it was done. */
export interface ResumableRun {
  readonly id: number;
  readonly name: string;
  readonly status: RunStatus;
  readonly error: string | null;
  readonly startedAt: string;
  readonly turnsDone: number;
  /** Fewer may come, where rollouts end early. */
  readonly turnsPlanned: number;
}

/** Runs that can go on, the one that began last at the end. A file that was refused never began, and for one that was tried again another stands. */
export function resumableRuns(database: Database): ResumableRun[] {
  const turns = database.prepare(
    "SELECT count(*) FILTER (WHERE attempt = 1) AS done, coalesce(max(id), 0) AS last FROM turn WHERE run_id = ?",
  );
  const replaced = new Set(
    database
      .prepare("SELECT run_id FROM identity WHERE uid IN (SELECT replaces FROM identity)")
      .pluck()
      .all() as number[],
  );
  const runs = listRuns(database).flatMap(
    ({ id, name, status, error, startedAt, engine, model, server, settings }) => {
      if (status !== "interrupted" && status !== "failed") return [];
      if ((engine !== "scripted" && model === null && server === null) || replaced.has(id)) return [];
      const turnsPlanned = blockOf(settings).count * (settings.probe?.length ?? settings.turns);
      const { done: turnsDone, last } = turns.get(id) as { done: number; last: number };
      return [{ last, run: { id, name, status, error, startedAt, turnsDone, turnsPlanned } }];
    },
  );
  return runs.toSorted((a, b) => a.last - b.last || a.run.id - b.run.id).map(({ run }) => run);
}
