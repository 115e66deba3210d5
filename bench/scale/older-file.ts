import Sqlite from "better-sqlite3";
import type { Database } from "../../src/store/database.ts";
import { applicationId, migrations } from "../../src/store/migrations.ts";

/** An empty file with the schema of an earlier version, `steps` before today's. */
export function createBefore(path: string, steps = 1): Database {
  const version = migrations.length - steps;
  const database = new Sqlite(path);
  // Some steps write into the schema's own table.
  database.unsafeMode(true);
  database.pragma("journal_mode = WAL");
  database.pragma("foreign_keys = ON");
  for (const step of migrations.slice(0, version)) database.exec(step);
  database.pragma(`application_id = ${applicationId}`);
  database.pragma(`user_version = ${version}`);
  return database;
}
