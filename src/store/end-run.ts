import type { Database } from "better-sqlite3";
import { timestamp } from "../clock.ts";
import type { Conditions } from "../hardware/facts.ts";
import { abandonedError, renewLease } from "./lease.ts";
import { oneOf } from "./one-of.ts";
import { type RolloutEnd, rolloutEnds, type RunEnd, runStatuses } from "./rows.ts";
import { sealEndedRun, sealRun } from "./seal.ts";
import { type OnLocked, whenFreeAgain } from "./when-free.ts";

/** A run, and as whom it is written. */
export interface WrittenRun {
  readonly runId: number;
  /** Null: by the process that began it. */
  readonly session: number | null;
}

/**
 * Ends a run; rollouts that were still open end with it. Changes no facts of a run that has ended already, unless another
 * process took its writer for gone.
 */
export function endRun(
  database: Database,
  { runId, session }: WrittenRun,
  end: RunEnd,
  openRollouts: RolloutEnd,
): void {
  database
    .transaction(() => {
      renewLease(database, runId, session);
      database
        .prepare(
          `UPDATE run SET status = @status, error = @error,
          wall_ms = iif(@session IS NULL, @wallMs, wall_ms + @wallMs),
          peak_rss_bytes = iif(@session IS NULL, coalesce(@peakRssBytes, peak_rss_bytes),
            max(coalesce(@peakRssBytes, peak_rss_bytes), coalesce(peak_rss_bytes, @peakRssBytes)))
          WHERE id = @runId AND (status = 'running' OR status = 'interrupted' AND error = @abandonedError)`,
        )
        .run({
          ...end,
          abandonedError,
          status: oneOf(runStatuses, "status", end.status),
          runId,
          session,
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
function recordConditions(database: Database, { runId, session }: WrittenRun, conditions: Conditions): void {
  database
    .transaction(() => {
      renewLease(database, runId, session);
      const json = JSON.stringify(conditions);
      if (session === null) database.prepare("UPDATE run SET conditions = ? WHERE id = ?").run(json, runId);
      else
        database
          .prepare("INSERT INTO event (run_id, at, kind, data) VALUES (?, ?, 'conditions', ?)")
          .run(runId, timestamp(), JSON.stringify({ session, ...conditions }));
      sealRun(database, runId);
    })
    .immediate();
}

/** How a run ended whose own process could not say so, and what is known of that process's end. */
export interface CrashedRun {
  readonly end: RunEnd;
  readonly openRollouts: RolloutEnd;
  readonly engineEnd: object;
}

/** The end of such a run, and an event beside it. */
export function recordCrash(
  database: Database,
  run: WrittenRun,
  { end, openRollouts, engineEnd }: CrashedRun,
): void {
  database
    .transaction(() => {
      endRun(database, run, end, openRollouts);
      database
        .prepare("INSERT INTO event (run_id, at, kind, data) VALUES (?, ?, 'engine-end', ?)")
        .run(run.runId, timestamp(), JSON.stringify({ session: run.session, ...engineEnd }));
    })
    .immediate();
}

/** What is found out of a run by the process that watched it. */
export interface WatchedEnd {
  readonly conditions: Conditions;
  /** Null: its own process said how it ended. */
  readonly crash: CrashedRun | null;
}

/**
 * Records it as soon as no other process holds the file.
 *
 * @param waiting what is told meanwhile, and whether to give up
 */
export async function recordEnd(
  database: Database,
  run: WrittenRun,
  { conditions, crash }: WatchedEnd,
  waiting: { readonly onLocked: OnLocked; readonly isGivenUp: () => boolean },
): Promise<void> {
  if (crash !== null) await whenFreeAgain(() => recordCrash(database, run, crash), waiting);
  await whenFreeAgain(() => recordConditions(database, run, conditions), waiting);
}
