import type { Database } from "better-sqlite3";
import { UsageError } from "../errors.ts";
import { type OtherRun, runsOfOthers } from "./lease.ts";
import { journalFor } from "./shared-disk.ts";

/**
 * On a disk that other machines may mount SQLite's locks are not to be relied on, so one process writes at a time.
 *
 * @throws UsageError where a run of another process goes on in such a file
 */
export function assertAlone(database: Database): void {
  if (database.memory) return;
  const journal = journalFor(database.name);
  if (journal.mode === "WAL") return;
  const [other] = runsOfOthers(database);
  if (other === undefined) return;
  throw new UsageError(
    `--db ${database.name}: lies on ${journal.disk}, where only one process may write at a time, and ${goesOn(other)}. Wait for its end, name another file, or use --scratch FOLDER, a folder on this machine's own disk, once it has ended.`,
  );
}

/** Whose a run is that goes on, in words. */
export function goesOn({ id, pid, host }: OtherRun): string {
  return `run ${id} goes on in it (process ${pid}${host === null ? "" : ` on ${host}`})`;
}
