import type { Database } from "better-sqlite3";

/** A text by its SHA-256; null: it is not in the file. */
export function storedText(database: Database, sha256: string): string | null {
  const text = database.prepare("SELECT content FROM text WHERE sha256 = ?").pluck().get(sha256);
  return typeof text === "string" ? text : null;
}

/** Where a run's adapter was read; null: it had none, or the version did not write it down. */
export function adapterPath(database: Database, runId: number): string | null {
  const path = database
    .prepare("SELECT json_extract(data, '$.path') FROM event WHERE run_id = ? AND kind = 'adapter'")
    .pluck()
    .get(runId);
  return typeof path === "string" ? path : null;
}
