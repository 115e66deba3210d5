import Sqlite, { type Database } from "better-sqlite3";
import { DamagedFileError, UsageError } from "../errors.ts";
import { applicationId, migrations } from "./migrations.ts";

/**
 * Brings a file up to today's schema, all steps in one transaction: it has either all of them or none.
 *
 * @param beforeChange told in that transaction, before the first step, when rows of an older version are about to change
 * @throws UsageError when the file is somebody else's, or written by a newer Longhaul
 */
export function migrate(database: Database, beforeChange: () => void = () => undefined): void {
  assertOurs(database);
  // Nothing is written, and so no lock waited for, where nothing changes.
  if (database.pragma("application_id", { simple: true }) !== applicationId)
    database.pragma(`application_id = ${applicationId}`);
  if (isCurrent(database)) return;
  // For the step that edits the schema's own text.
  database.unsafeMode(true);
  try {
    const change = database.transaction(() => {
      // Another process may have been first.
      if (isCurrent(database)) return;
      if (schemaVersion(database) > 0) beforeChange();
      take(database, migrations.length);
    });
    change.immediate();
  } finally {
    database.unsafeMode(false);
  }
}

/**
 * To be asked before anything else of a file that may be a stranger's: triggers run with whatever is written, and views with
 * whatever is read, so one that is not this version's own would be a stranger's code.
 *
 * @param path what the file is called to its user
 * @throws UsageError when the file is not ours, newer than this program, or holds what its version does not make
 */
export function assertOurs(database: Database, path = database.name): void {
  // At one moment, since another process may be bringing the file up to date.
  const { id, version, held } = database.transaction(() => ({
    id: database.pragma("application_id", { simple: true }),
    version: schemaVersion(database),
    held: partsOf(database),
  }))();
  if (held.length > 0 && id !== applicationId) {
    throw new UsageError(`--db ${path}: this SQLite file is not Longhaul's. Name another file.`);
  }
  if (version > migrations.length) {
    throw new UsageError(`--db ${path}: written by a newer Longhaul. Update this one, or name another file.`);
  }
  const own = ownParts(version);
  const foreign = held.find((part) => !own.some((one) => isSame(one, part)));
  if (foreign === undefined) return;
  const { type, name } = foreign;
  const isChanged = own.some((one) => one.type === type && one.name === name);
  const isCode = type === "trigger" || type === "view";
  throw new DamagedFileError(
    `--db ${path}: its ${type} ${JSON.stringify(name)} is ${isChanged ? "not as Longhaul makes it" : "none of Longhaul's"}${isCode ? ", and could run a stranger's code" : ""}, so nothing is read or written. Ask for the file as a released Longhaul left it, or take that out of it.`,
  );
}

/** Whether the file has today's schema. */
export function isCurrent(database: Database): boolean {
  return schemaVersion(database) === migrations.length;
}

interface Part {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

/** What the file's own table of contents lists. What SQLite makes by itself has no text there, or holds ANALYZE's counts. */
function partsOf(database: Database): Part[] {
  return database
    .prepare(
      "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND NOT (type = 'table' AND name GLOB 'sqlite_stat[14]')",
    )
    .all() as Part[];
}

const known = new Map<number, readonly Part[]>();

/** What a file of that version holds. */
function ownParts(version: number): readonly Part[] {
  const made = known.get(version) ?? makeParts(version);
  known.set(version, made);
  return made;
}

function makeParts(version: number): Part[] {
  const database = new Sqlite(":memory:");
  database.unsafeMode(true);
  try {
    take(database, version);
    return partsOf(database);
  } finally {
    database.close();
  }
}

function isSame(one: Part, other: Part): boolean {
  return one.type === other.type && one.name === other.name && one.sql === other.sql;
}

function take(database: Database, wanted: number): void {
  for (let version = schemaVersion(database); version < wanted; version++) {
    database.exec(migrations[version] ?? "");
    database.pragma(`user_version = ${version + 1}`);
  }
}

function schemaVersion(database: Database): number {
  return database.pragma("user_version", { simple: true }) as number;
}
