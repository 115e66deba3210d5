import type { Database } from "../store/database.ts";
import { getRun } from "../store/queries.ts";
import { contenderOf } from "./compare/contender.ts";
import { verdictOf } from "./compare/verdict.ts";
import { runLabels } from "./labels.ts";
import { readRunRows } from "./rows.ts";
import type { RunDocument } from "./schema.ts";
import { summarizeRows } from "./summary.ts";

/**
 * The document about these runs.
 *
 * @param dbPath the file as the user named it
 * @throws Error when a run does not exist
 */
export function buildDocument(database: Database, dbPath: string, runIds: readonly number[]): RunDocument {
  const read = runIds.map((id) => {
    const run = getRun(database, id);
    if (run === null) throw new Error(`no run ${id}`);
    const rows = readRunRows(database, run, true);
    return { summary: summarizeRows(rows), rows };
  });
  const runs = read.map(({ summary }) => summary);
  const labels = runLabels(runs);
  const verdict = verdictOf(
    read.map(({ summary, rows }, index) => contenderOf(labels[index] ?? summary.name, summary, [rows])),
  );
  return { schemaVersion: 1, db: dbPath, machine: runs[0]?.machine ?? null, verdict, runs };
}
