import type { Database } from "better-sqlite3";
import { timestamp } from "../clock.ts";
import { UsageError } from "../errors.ts";
import { identityOf } from "./identity.ts";
import { type SealedRow, sealOf } from "./seal.ts";
import type { SealCheck } from "./stored-rows.ts";
import { ownErrorsOf } from "./verdicts.ts";

/** What is left of a run that was removed. */
export interface RemovedRun {
  readonly run: number;
  /** Null: of a version that gave none. */
  readonly uid: string | null;
  readonly name: string;
  /** Its file's name as the run had it, or what the engine was given; null: it was never known. */
  readonly model: string | null;
  readonly startedAt: string;
  /** The run's own seal, to know it again in a copy; null: it had none. */
  readonly runSeal: string | null;
  readonly turns: number;
  readonly at: string;
}

/**
 * Removes every row of some runs, and models and texts that were theirs alone; a mark of each stays. All of them or none.
 *
 * @param replayed those whose errors another run shows again: what it needs of them stays with the mark
 * @throws UsageError where one of them goes on
 */
export function removeRuns(
  database: Database,
  runIds: readonly number[],
  replayed: ReadonlySet<number>,
): RemovedRun[] {
  // What was in the rows is to be gone from the file, too.
  database.pragma("secure_delete = ON");
  const remove = database.transaction(() => runIds.map((id) => removeRun(database, id, replayed.has(id))));
  return remove.immediate();
}

/** Every mark with its seal, by the run's number. */
export function removedRuns(database: Database): (RemovedRun & { readonly seal: SealCheck })[] {
  const rows = database.prepare("SELECT * FROM removed ORDER BY run").all() as Mark[];
  return rows.map((row) => ({ ...markOf(row), seal: { stored: row.seal, actual: sealOf(row) } }));
}

/** What a removed run was called; null: none had that number, or it was called nothing. */
export function removedUid(database: Database, run: number): string | null {
  const uid = database.prepare("SELECT uid FROM removed WHERE run = ?").pluck().get(run);
  return typeof uid === "string" ? uid : null;
}

/** The number of the next run: none is given twice, since histories and documents name runs by it. */
export const nextRunId =
  "(SELECT 1 + max(coalesce((SELECT max(id) FROM run), 0), coalesce((SELECT max(run) FROM removed), 0)))";

interface Mark extends SealedRow {
  readonly run: number;
  readonly uid: string | null;
  readonly name: string;
  readonly model: string | null;
  readonly started_at: string;
  readonly run_seal: string | null;
  readonly turns: number;
  readonly at: string;
  readonly seal: string;
}

function markOf({ started_at: startedAt, run_seal: runSeal, ...mark }: Mark): RemovedRun {
  const { run, uid, name, model, turns, at } = mark;
  return { run, uid, name, model, startedAt, runSeal, turns, at };
}

function removeRun(database: Database, id: number, isReplayed: boolean): RemovedRun {
  const run = database.prepare("SELECT * FROM run WHERE id = ?").get(id) as SealedRow;
  if (run["status"] === "running")
    throw new UsageError(
      `rm ${id}: run ${id} goes on (process ${String(run["pid"])}). Stop it, or wait for its end.`,
    );
  const model = database.prepare("SELECT name FROM model WHERE id = ?").pluck().get(run["model_id"]);
  const row = {
    run: id,
    uid: identityOf(database, id)?.uid ?? null,
    name: run["name"] as string,
    model: (model ?? run["engine_spec"] ?? null) as string | null,
    started_at: run["started_at"] as string,
    run_seal: run["seal"] as string | null,
    turns: database.prepare("SELECT count(*) FROM turn WHERE run_id = ?").pluck().get(id) as number,
    own_errors: isReplayed ? JSON.stringify(errorsByParser(database, id)) : null,
    at: timestamp(),
  };
  const mark = { ...row, seal: sealOf(row) };
  deleteRows(database, id);
  deleteWhatWasItsAlone(database, run);
  database
    .prepare(
      `INSERT INTO removed (run, uid, name, model, started_at, run_seal, turns, own_errors, at, seal)
        VALUES (@run, @uid, @name, @model, @started_at, @run_seal, @turns, @own_errors, @at, @seal)`,
    )
    .run(mark);
  return markOf(mark);
}

function errorsByParser(database: Database, id: number): Record<number, number[]> {
  const versions = database
    .prepare("SELECT DISTINCT parser_version FROM verdict JOIN turn ON turn.id = turn_id WHERE run_id = ?")
    .pluck()
    .all(id) as number[];
  return Object.fromEntries(versions.map((version) => [version, ownErrorsOf(database, id, version)]));
}

/** Whatever names the run or a turn of it, later tables included. */
function deleteRows(database: Database, id: number): void {
  database.pragma("defer_foreign_keys = ON");
  for (const table of tablesWith(database, "turn_id"))
    database.prepare(`DELETE FROM ${table} WHERE turn_id IN (SELECT id FROM turn WHERE run_id = ?)`).run(id);
  // Rollouts after their turns, which are looked for with each.
  const tables = tablesWith(database, "run_id");
  for (const table of [...tables.filter((one) => one !== "rollout"), "rollout"])
    database.prepare(`DELETE FROM ${table} WHERE run_id = ?`).run(id);
  database.prepare("DELETE FROM run WHERE id = ?").run(id);
}

export function tablesWith(database: Database, column: string): string[] {
  return database
    .prepare(
      `SELECT m.name FROM main.sqlite_master m JOIN pragma_table_info(m.name, 'main') c
        WHERE m.type = 'table' AND c.name = ? ORDER BY m.rowid`,
    )
    .pluck()
    .all(column) as string[];
}

function deleteWhatWasItsAlone(database: Database, run: SealedRow): void {
  database
    .prepare(
      `DELETE FROM model WHERE id = ? AND NOT EXISTS (SELECT 1 FROM run WHERE model_id = model.id)
        AND NOT EXISTS (SELECT 1 FROM speed_test WHERE model_id = model.id)`,
    )
    .run(run["model_id"]);
  database
    .prepare(
      `DELETE FROM text WHERE sha256 IN (?, ?)
        AND NOT EXISTS (SELECT 1 FROM run WHERE prompt_hash = sha256 OR template_hash = sha256)`,
    )
    .run(run["prompt_hash"], run["template_hash"]);
}
