import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import Sqlite, { type Database } from "better-sqlite3";
import { DamagedFileError, messageOf, UsageError } from "../errors.ts";
import { assertAlone } from "./alone.ts";
import { connect } from "./connect.ts";
import { fileTrouble, isDamage } from "./file-errors.ts";
import { abandonedError, abandonedRuns } from "./lease.ts";
import { assertOurs, isCurrent } from "./migrate.ts";
import { migrateKeepingOld } from "./migration-backup.ts";
import { applicationId } from "./migrations.ts";
import { openCopy } from "./read-copy.ts";
import { sealEndedRun } from "./seal.ts";
import { hasWal, journalFor } from "./shared-disk.ts";

export type { Database } from "better-sqlite3";
import { typedLine } from "../typed-line.ts";

/**
 * Opens a file for writing, creates it if need be and brings its schema up to date. Every commit is on the disk when
 * it returns. Runs whose process is gone are marked interrupted.
 *
 * @throws UsageError naming the file and what is wrong with it, or that another process writes to it where only one may
 */
export function openDatabase(path: string): Database {
  return guard(path, () => {
    const database = connect(path);
    try {
      makeReady(database, path);
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  });
}

/**
 * Opens a file for reading; it must exist. Neither it nor its folder is written: one with an older schema, or in a folder
 * that may not be written, is read from a copy.
 *
 * @throws UsageError as above
 */
export function openReadOnly(path: string): Database {
  return openToRead(path, { isMigrated: true, onThere: nothing });
}

/** The same with the schema that the file has, to copy or to check it as it is. */
export function openAsItIs(path: string): Database {
  return openToRead(path, { isMigrated: false, onThere: nothing });
}

/**
 * Opens a file for reading as {@link openReadOnly}, and attaches the same to one that is open for writing, as `part`, so that
 * rows can be copied by SQL. Nothing of it is written: what SQLite would do when the last of a file's connections closes it
 * leaves to the one that may only read, so that is to be closed last.
 */
export function openPart(path: string, target: Database): Database {
  const onThere = (there: string): void => void target.prepare("ATTACH ? AS part").run(there);
  return openToRead(path, { isMigrated: true, onThere });
}

const nothing = (): void => undefined;

interface Reading {
  readonly isMigrated: boolean;
  /** Told where what is read lies. */
  readonly onThere: (path: string) => void;
}

function openToRead(path: string, as: Reading): Database {
  if (!existsSync(path)) {
    throw new UsageError(
      `--db ${path}: no such file. Name another with --db or LONGHAUL_DB, or make it: ${typedLine("run", path)}`,
    );
  }
  if (statSync(path).isDirectory())
    throw new UsageError(`--db ${path}: that is a folder. Name a file in it.`);
  return guard(path, () => {
    const opened = openThere(path, as);
    const database = typeof opened === "string" ? openCopy(path, opened, as) : opened;
    return as.isMigrated ? showAbandoned(database) : database;
  });
}

/** @returns why it has to be read from a copy, where it has to be */
function openThere(path: string, { isMigrated, onThere }: Reading): Database | string {
  const journal = journalFor(path);
  // Reading, too, uses memory that the processes of one machine share.
  if (journal.mode !== "WAL" && hasWal(path)) return `lies on ${journal.disk} and has a write-ahead log`;
  const database = connect(path, { readonly: true });
  try {
    if (database.pragma("application_id", { simple: true }) !== applicationId)
      throw new UsageError(`--db ${path}: not a Longhaul file.`);
    assertOurs(database);
    if (!isMigrated || isCurrent(database)) {
      onThere(path);
      return database;
    }
  } catch (error) {
    database.close();
    if (!isUnreadableThere(error)) throw error;
    return "cannot be read where it lies, since nothing may be written beside it";
  }
  database.close();
  return "has an older schema";
}

/** Statements that read `runs` find interrupted what nobody has marked so yet. */
function showAbandoned(database: Database): Database {
  const ids = abandonedRuns(database);
  if (ids.length === 0) return database;
  const among = `id IN (${ids.join(", ")})`;
  const shown: Readonly<Record<string, string>> = { status: "'interrupted'", error: `'${abandonedError}'` };
  const names = database.prepare("SELECT name FROM pragma_table_info('runs')").pluck().all() as string[];
  const columns = names.map((name) =>
    shown[name] === undefined ? name : `CASE WHEN ${among} THEN ${shown[name]} ELSE ${name} END AS ${name}`,
  );
  database.exec(`CREATE TEMP VIEW runs AS SELECT ${columns.join(", ")} FROM main.runs`);
  return database;
}

/** SQLite keeps an index of what is being written beside the file, and has to be able to make it. */
function isUnreadableThere(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && /^SQLITE_(CANTOPEN|READONLY)/.test(error.code);
}

function makeReady(database: Database, path: string): void {
  const journal = journalFor(path);
  // Its log is read without shared memory once more, to be left for good.
  const leavesLog = journal.mode !== "WAL" && hasWal(path);
  if (leavesLog) database.pragma("locking_mode = EXCLUSIVE");
  assertOurs(database);
  database.pragma(`journal_mode = ${journal.mode}`);
  // With a rollback journal its removal is what commits, so that has to be on the disk, too.
  database.pragma(`synchronous = ${journal.mode === "WAL" ? "FULL" : "EXTRA"}`);
  if (leavesLog) {
    database.pragma("locking_mode = NORMAL");
    // Only now others may have it again.
    database.pragma("user_version");
  }
  database.pragma("foreign_keys = ON");
  migrateKeepingOld(database, path);
  markAbandonedRuns(database);
  assertAlone(database);
}

function markAbandonedRuns(database: Database): void {
  const mark = database.prepare(
    "UPDATE run SET status = 'interrupted', error = ? WHERE id = ? AND status = 'running'",
  );
  const close = database.prepare("UPDATE rollout SET end = 'interrupted' WHERE run_id = ? AND end IS NULL");
  for (const id of abandonedRuns(database)) {
    database.transaction(() => {
      // It may have ended since.
      if (mark.run(abandonedError, id).changes === 0) return;
      close.run(id);
      sealEndedRun(database, id);
    })();
  }
}

/**
 * Does something with a file; what goes wrong is told with what to do. Version 13 of the binding crashes the process on Node
 * before 22.14, so that is told before it is loaded.
 *
 * @throws UsageError
 */
export function guard<Opened>(path: string, open: () => Opened): Opened {
  const { version } = createRequire(import.meta.url)("better-sqlite3/package.json") as { version: string };
  if (Number.parseInt(version, 10) >= 13 && Number(process.versions["napi"]) < 10) {
    throw new UsageError(
      `better-sqlite3 ${version} needs Node 22.14 or newer; this is ${process.version}. Install again with this Node.`,
    );
  }
  try {
    return open();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const message = messageOf(error);
    if (message.includes("bindings file") || message.includes("NODE_MODULE_VERSION")) {
      throw new UsageError(
        "better-sqlite3 has no native part for this Node: its install script did not run. " +
          "Install with: npm install --allow-scripts=better-sqlite3 (npm 12), then: npm rebuild better-sqlite3.",
      );
    }
    const told = `--db ${path}: ${fileTrouble(error) ?? `cannot be opened: ${message}`}.`;
    throw isDamage(error) ? new DamagedFileError(told) : new UsageError(told);
  }
}
