import type { Database } from "better-sqlite3";
import { timestamp } from "../clock.ts";
import type { Conditions } from "../hardware/facts.ts";
import { abandonedError } from "./lease.ts";
import { oneOf } from "./one-of.ts";
import { type RolloutEnd, rolloutEnds, type RunEnd, runStatuses } from "./rows.ts";
import { sealEndedRun, sealRun } from "./seal.ts";
import { type OnLocked, whenFreeAgain } from "./when-free.ts";

/**
 * Ends a run; rollouts that were still open end with it. Changes no facts of a run that has ended already, unless another
 * process took its writer for gone.
 */
export function endRun(database: Database, runId: number, end: RunEnd, openRollouts: RolloutEnd): void {
  database
    .transaction(() => {
      database
        .prepare(
          `UPDATE run SET status = @status, error = @error, wall_ms = @wallMs,
          peak_rss_bytes = coalesce(@peakRssBytes, peak_rss_bytes)
          WHERE id = @runId AND (status = 'running' OR status = 'interrupted' AND error = @abandonedError)`,
        )
        .run({
          ...end,
          abandonedError,
          status: oneOf(runStatuses, "status", end.status),
          runId,
        });
      database
        .prepare("UPDATE rollout SET end = ?, ended_at = ? WHERE run_id = ? AND end IS NULL")
        .run(oneOf(rolloutEnds, "end", openRollouts), timestamp(), runId);
      // Another process may have taken this one for gone, and have sealed what had not ended.
      database.prepare("UPDATE rollout SET seal = NULL WHERE run_id = ? AND end = 'interrupted'").run(runId);
      sealEndedRun(database, runId);
    })
    .immediate();
}

/** What the machine was like while it was played. */
function recordConditions(database: Database, runId: number, conditions: Conditions): void {
  database
    .transaction(() => {
      database.prepare("UPDATE run SET conditions = ? WHERE id = ?").run(JSON.stringify(conditions), runId);
      sealRun(database, runId);
    })
    .immediate();
}

/** What is found out of a run by the process that watched it. */
export interface WatchedEnd {
  readonly conditions: Conditions;
  /** How it ended, where its own process could not say so; null: it did. */
  readonly crash: { readonly end: RunEnd; readonly openRollouts: RolloutEnd } | null;
}

/**
 * Records it as soon as no other process holds the file.
 *
 * @param waiting what is told meanwhile, and whether to give up
 */
export async function recordEnd(
  database: Database,
  runId: number,
  { conditions, crash }: WatchedEnd,
  waiting: { readonly onLocked: OnLocked; readonly isGivenUp: () => boolean },
): Promise<void> {
  if (crash !== null)
    await whenFreeAgain(() => endRun(database, runId, crash.end, crash.openRollouts), waiting);
  await whenFreeAgain(() => recordConditions(database, runId, conditions), waiting);
}
