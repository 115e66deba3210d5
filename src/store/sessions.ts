import type { Database } from "better-sqlite3";
import { timestamp } from "../clock.ts";
import { processStartOf } from "../hardware/processes.ts";
import { takeLease } from "./lease.ts";
import { oneOf } from "./one-of.ts";
import { type RunStatus, rebuilds } from "./rows.ts";
import { rowSeal, runSeal, type SealedRow, sealedAs, sealEndedRun, sealRun } from "./seal.ts";

/** Something that was not as it had been when a run went on. */
export interface Difference {
  /** In words: "build", "the model's file". */
  readonly what: string;
  readonly was: string;
  readonly is: string;
}

/** A process that took a run over. */
export interface SessionRow {
  /** From 1. */
  readonly session: number;
  readonly at: string;
  readonly machineId: number;
  readonly versions: Readonly<Record<string, string>>;
  /**
   * How the cache of its open conversations came back: as it was evaluated before, or from the prompts at once; or that it
   * only took times again.
   */
  readonly rebuilt: (typeof rebuilds)[number];
  /** It went on in spite of them. */
  readonly differences: readonly Difference[];
  readonly statusBefore: RunStatus;
  readonly errorBefore: string | null;
  /** The number of its first batch. */
  readonly firstBatch: number;
}

/** A session's number with its seal, as it is stored (null: it has none) and as its row gives it now. */
export interface SealedSession {
  readonly session: number;
  readonly seal: { readonly stored: string | null; readonly actual: string };
}

/** As it stands in the file. */
export type StoredSession = SessionRow & SealedSession;

/** In one sentence. */
export function differencesText(differences: readonly Difference[]): string {
  return differences.map(({ what, was, is }) => `${what}: was ${was}, is ${is}`).join("; ");
}

/** Without a look at what they hold, which may be no JSON where it was changed. */
export function sessionSeals(database: Database, runId: number): SealedSession[] {
  const number = sealedAs(database, runId);
  return sessionRows(database, runId).map((row) => sealedSession(row, number));
}

export function sessionsOf(database: Database, runId: number): StoredSession[] {
  const number = sealedAs(database, runId);
  return sessionRows(database, runId).map((row) => ({
    ...sealedSession(row, number),
    at: row["at"] as string,
    machineId: row["machine_id"] as number,
    versions: JSON.parse(row["versions"] as string) as SessionRow["versions"],
    rebuilt: row["rebuilt"] as SessionRow["rebuilt"],
    differences: JSON.parse(row["differences"] as string) as Difference[],
    statusBefore: row["status_before"] as RunStatus,
    errorBefore: row["error_before"] as string | null,
    firstBatch: row["first_batch"] as number,
  }));
}

function sessionRows(database: Database, runId: number): SealedRow[] {
  return database
    .prepare("SELECT * FROM session WHERE run_id = ? ORDER BY session")
    .all(runId) as SealedRow[];
}

function sealedSession(row: SealedRow, number: number): SealedSession {
  return {
    session: row["session"] as number,
    seal: { stored: row["seal"] as string | null, actual: rowSeal(row, number) },
  };
}

/**
 * Makes a run that has stopped this process's own. Its rollouts stay as they are until {@link goOn}. Where only times are
 * taken again the run may have ended, and stands as it did.
 *
 * @returns the session's number; null where the run goes on elsewhere, or has ended
 */
export function takeOver(
  database: Database,
  runId: number,
  session: Pick<SessionRow, "machineId" | "versions" | "rebuilt" | "differences">,
): number | null {
  return database
    .transaction((): number | null => {
      const run = database.prepare("SELECT status, error FROM run WHERE id = ?").get(runId) as
        | { status: RunStatus; error: string | null }
        | undefined;
      const isPlayed = session.rebuilt !== "times";
      if (run === undefined || run.status === "running" || (isPlayed && run.status === "complete"))
        return null;
      const number = 1 + (sessionsOf(database, runId).at(-1)?.session ?? 0);
      insertSession(database, runId, {
        ...session,
        session: number,
        at: timestamp(),
        statusBefore: run.status,
        errorBefore: run.error,
        firstBatch: batchesBefore(database, runId).count,
      });
      if (isPlayed)
        database.prepare("UPDATE run SET status = 'running', error = NULL WHERE id = ?").run(runId);
      database
        .prepare("UPDATE run SET pid = ?, process_start = ? WHERE id = ?")
        .run(process.pid, processStartOf(process.pid), runId);
      takeLease(database, runId, number);
      sealRun(database, runId);
      return number;
    })
    .immediate();
}

/** Whether a run's row is as it was written: whoever goes on with it seals it anew, and nobody could tell later. */
export function rowDifferences(database: Database, runId: number): Difference[] {
  const was = database.prepare("SELECT seal FROM run WHERE id = ?").pluck().get(runId) as string | null;
  const is = runSeal(database, runId);
  if (was === null || is === null || was === is) return [];
  return [{ what: "seal of the run's row, about which longhaul verify tells more", was, is }];
}

/** Leaves a run as it stood before this session. */
export function giveBack(database: Database, runId: number, session: number): void {
  const at = { runId, session };
  database
    .transaction(() => {
      database.prepare("UPDATE rollout SET end = 'interrupted' WHERE run_id = ? AND end IS NULL").run(runId);
      database
        .prepare(
          `UPDATE run SET (status, error) = (SELECT status_before, error_before FROM session
            WHERE run_id = @runId AND session = @session) WHERE id = @runId`,
        )
        .run(at);
      database
        .prepare(
          `DELETE FROM session WHERE run_id = @runId AND session = @session AND first_batch NOT IN
            (SELECT batch FROM batch WHERE run_id = @runId)`,
        )
        .run(at);
      sealEndedRun(database, runId);
    })
    .immediate();
}

/** Goes on with a run that was taken over. @param differences found since, once its engine was there */
export function goOn(
  database: Database,
  runId: number,
  session: number,
  differences: readonly Difference[],
): void {
  database
    .transaction(() => {
      const row = withDifferences(database, runId, session, differences);
      for (const message of warningsOf(row)) recordWarning(database, runId, message);
      reopen(database, runId, session);
      sealRun(database, runId);
    })
    .immediate();
}

/** A session's row with more of them. */
function withDifferences(
  database: Database,
  runId: number,
  session: number,
  more: readonly Difference[],
): SessionRow {
  const row = sessionsOf(database, runId).find((one) => one.session === session);
  if (row === undefined) throw new Error(`run ${runId} has no session ${session}`);
  if (more.length === 0) return row;
  const whole = { ...row, differences: [...row.differences, ...more] };
  database.prepare("DELETE FROM session WHERE run_id = ? AND session = ?").run(runId, session);
  insertSession(database, runId, whole);
  return whole;
}

/**
 * Opens the rollouts again that ended with the run. Those that ended by themselves stay: of a run that failed none that an
 * engine error ended, since it failed by them.
 */
function reopen(database: Database, runId: number, session: number): void {
  database
    .prepare(
      `UPDATE rollout SET end = NULL, detail = NULL, ended_at = NULL, seal = NULL WHERE run_id = @runId AND
        (end = 'interrupted' OR end IN ('engine_error', 'timeout') AND (detail IS NULL OR 'failed' =
          (SELECT status_before FROM session WHERE run_id = @runId AND session = @session)))`,
    )
    .run({ runId, session });
}

/** Where the batches of a session begin: their number, and their time since the run's first engine was created. */
export function batchesBefore(
  database: Database,
  runId: number,
): { readonly count: number; readonly ms: number } {
  return database
    .prepare(
      "SELECT coalesce(max(batch) + 1, 0) AS count, coalesce(max(end_ms), 0) AS ms FROM batch WHERE run_id = ?",
    )
    .get(runId) as { count: number; ms: number };
}

/** What stands beside all figures of the run from now on. */
function warningsOf({ differences, rebuilt }: SessionRow): string[] {
  return [
    ...(differences.length === 0
      ? []
      : [`the run stopped and went on otherwise: ${differencesText(differences)}`]),
    ...(rebuilt === "fast"
      ? ["the run stopped and went on behind a fast rebuild: what follows may differ from an unbroken run"]
      : []),
  ];
}

function recordWarning(database: Database, runId: number, message: string): void {
  database
    .prepare("INSERT INTO event (run_id, at, kind, data) VALUES (?, ?, 'warning', ?)")
    .run(runId, timestamp(), JSON.stringify({ message }));
}

function insertSession(database: Database, runId: number, session: SessionRow): void {
  const row = {
    run_id: runId,
    session: session.session,
    at: session.at,
    machine_id: session.machineId,
    versions: JSON.stringify(session.versions),
    rebuilt: oneOf(rebuilds, "rebuilt", session.rebuilt),
    differences: JSON.stringify(session.differences),
    status_before: session.statusBefore,
    error_before: session.errorBefore,
    first_batch: session.firstBatch,
  };
  database
    .prepare(
      `INSERT INTO session (run_id, session, at, machine_id, versions, rebuilt, differences, status_before, error_before,
        first_batch, seal)
      VALUES (@run_id, @session, @at, @machine_id, @versions, @rebuilt, @differences, @status_before, @error_before,
        @first_batch, @seal)`,
    )
    .run({ ...row, seal: rowSeal(row, sealedAs(database, runId)) });
}
