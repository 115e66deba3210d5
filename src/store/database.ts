import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import Sqlite, { type Database } from "better-sqlite3";
import { messageOf, UsageError } from "../errors.ts";
import { connect } from "./connect.ts";
import { abandonedError, abandonedRuns } from "./lease.ts";
import { assertOurs, isCurrent, migrate } from "./migrate.ts";
import { applicationId } from "./migrations.ts";
import { openCopy } from "./read-copy.ts";
import { sealEndedRun } from "./seal.ts";

export type { Database } from "better-sqlite3";

/**
 * Opens a file for writing, creates it if need be and brings its schema up to date. Every commit is on the disk when
 * it returns (WAL, synchronous=FULL). Runs whose process is gone are marked interrupted.
 *
 * @throws UsageError naming the file and what is wrong with it
 */
export function openDatabase(path: string): Database {
  return guard(path, () => {
    const database = connect(path);
    migrateOrClose(database);
    markAbandonedRuns(database);
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
  if (!existsSync(path)) {
    throw new UsageError(
      `--db ${path}: no such file. Run "longhaul run" first, or name the file with --db or LONGHAUL_DB.`,
    );
  }
  if (statSync(path).isDirectory())
    throw new UsageError(`--db ${path}: that is a folder. Name a file in it.`);
  return guard(path, () => openCurrent(path) ?? showAbandoned(openCopy(path)));
}

/** Null where it has to be read from a copy. */
function openCurrent(path: string): Database | null {
  const database = connect(path, { readonly: true });
  try {
    if (database.pragma("application_id", { simple: true }) !== applicationId)
      throw new UsageError(`--db ${path}: not a Longhaul file.`);
    assertOurs(database);
    if (isCurrent(database)) return showAbandoned(database);
  } catch (error) {
    database.close();
    if (!isUnreadableThere(error)) throw error;
    return null;
  }
  database.close();
  return null;
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

function migrateOrClose(database: Database): void {
  try {
    assertOurs(database);
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = ON");
    migrate(database);
  } catch (error) {
    database.close();
    throw error;
  }
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

/** Version 13 of the binding crashes the process on Node before 22.14, so it is told before it is loaded. */
function guard(path: string, open: () => Database): Database {
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
    throw new UsageError(`--db ${path}: cannot be opened: ${message}.`);
  }
}
