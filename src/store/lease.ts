import type { Database } from "better-sqlite3";
import { wallMs } from "../clock.ts";
import { LostLeaseError } from "../errors.ts";
import { here, isProcessAlive, isSamePlace, type Place } from "../hardware/processes.ts";

/** What a run says that its writer left. */
export const abandonedError = "the process ended without finishing";

/** How long a run is its writer's after its last word, in ms. */
const leaseMs = 120_000;
/** How often a word is said where nothing is committed. */
const renewEveryMs = 30_000;

/** Marks a run as this process's own. @param session null: the process that began it */
export function takeLease(database: Database, runId: number, session: number | null): void {
  const { host, boot, namespace } = here();
  database
    .prepare(
      `INSERT OR REPLACE INTO lease (run_id, host, boot, namespace, until_ms, session) VALUES (?, ?, ?, ?, ?, ?)`,
    )
    .run(runId, host, boot, namespace, Math.round(wallMs() + leaseMs), session);
}

/** Keeps it for another while; a clock that was set back shortens it for nobody. @throws LostLeaseError where another process has taken the run over */
export function renewLease(database: Database, runId: number, session: number | null): void {
  const { changes } = database
    .prepare("UPDATE lease SET until_ms = max(until_ms, ?) WHERE run_id = ? AND session IS ?")
    .run(Math.round(wallMs() + leaseMs), runId, session);
  if (changes > 0 || !hasLease(database, runId)) return;
  throw new LostLeaseError(`run ${runId} is another process's now (${holderOf(database, runId)})`);
}

/** Renews it again and again, in the process that watches, not in the one that measures. @returns what ends that */
export function keepLease(database: Database, runId: number, session: number | null): () => void {
  const timer = setInterval(() => {
    try {
      renewLease(database, runId, session);
    } catch {
      // The file is another's for the moment, and the next time comes long before anybody gives the run up; or the run is, and
      // whoever measures it is told so when it writes.
    }
  }, renewEveryMs).unref();
  return () => clearInterval(timer);
}

/** Rows of an earlier version have none. */
function hasLease(database: Database, runId: number): boolean {
  return database.prepare("SELECT 1 FROM lease WHERE run_id = ?").get(runId) !== undefined;
}

/** Who writes a run, in words. */
export function holderOf(database: Database, runId: number): string {
  const { pid, host } = database
    .prepare("SELECT pid, host FROM run LEFT JOIN lease ON lease.run_id = run.id WHERE run.id = ?")
    .get(runId) as { pid: number; host: string | null };
  return host === null ? `process ${pid}` : `process ${pid} on ${host}`;
}

/**
 * Runs that are marked running and whose writer is gone for certain: its process, where it can be looked up from here; where
 * it cannot (another host, another container), its word is so old that it would have been renewed by now.
 */
export function abandonedRuns(database: Database): number[] {
  const running = runningRuns(database);
  if (running.length === 0) return [];
  const own = here();
  return running.filter((run) => isAbandoned(run, own)).map(({ id }) => id);
}

/** Until when a run is its writer's whose process cannot be looked up from here, by the wall clock; null: it is nobody's, or that can. */
export function heldElsewhereUntil(database: Database, runId: number): number | null {
  const own = here();
  const held = runningRuns(database).find(({ id }) => id === runId);
  return held === undefined || isHere(held, own) || isAbandoned(held, own) ? null : held.untilMs;
}

/** Runs that go on, by another process than this one and the one that started it. */
export function runsOfOthers(database: Database): OtherRun[] {
  const own = here();
  return runningRuns(database).filter(
    (run) => !isAbandoned(run, own) && !(isHere(run, own) && [process.pid, process.ppid].includes(run.pid)),
  );
}

export type OtherRun = Pick<Running, "id" | "pid" | "host">;

function runningRuns(database: Database): Running[] {
  return database
    .prepare(
      `SELECT run.id, pid, process_start AS processStart, host, boot, namespace, until_ms AS untilMs
        FROM run LEFT JOIN lease ON lease.run_id = run.id WHERE status = 'running'`,
    )
    .all() as Running[];
}

interface Running {
  readonly id: number;
  readonly pid: number;
  readonly processStart: string | null;
  /** Null, as all that follows: of a version that kept no lease. */
  readonly host: string | null;
  readonly boot: string | null;
  readonly namespace: string | null;
  readonly untilMs: number | null;
}

function isAbandoned(run: Running, own: Place): boolean {
  const { pid, processStart, untilMs } = run;
  return untilMs === null || isHere(run, own) ? !isProcessAlive(pid, processStart) : untilMs < wallMs();
}

/** Whether its process can be looked up from here. Of a version that kept no lease nothing else can be told. */
function isHere({ host, boot, namespace }: Running, own: Place): boolean {
  return host === null || isSamePlace({ host, boot, namespace }, own);
}
