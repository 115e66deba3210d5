import type { Database } from "../store/database.ts";
import type { RunDocument } from "./schema.ts";
import { summarizeRun } from "./summary.ts";
import { verdictOf } from "./verdict.ts";

/**
 * The document about these runs.
 *
 * @param dbPath the file as the user named it
 * @throws Error when a run does not exist
 */
export function buildDocument(database: Database, dbPath: string, runIds: readonly number[]): RunDocument {
  const runs = runIds.map((id) => summarizeRun(database, id));
  return { schemaVersion: 1, db: dbPath, machine: runs[0]?.machine ?? null, verdict: verdictOf(runs), runs };
}
