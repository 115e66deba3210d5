import Sqlite, { type Database } from "better-sqlite3";

/** Opens a file; what it says itself to compute may call nothing with effects, whoever made it. */
export function connect(path: string, { readonly = false } = {}): Database {
  const database = new Sqlite(path, { readonly, timeout: 10_000 });
  database.pragma("trusted_schema = OFF");
  return database;
}
