import { createHash } from "node:crypto";
import type { Database } from "better-sqlite3";

/**
 * Seals: a SHA-256 of a row's columns, written with the row, so that a later change of any byte is found even where
 * nothing else would contradict it (`longhaul verify`). Against mistakes, not against attackers: whoever can write
 * the file can seal it again.
 */

export type SealedRow = Readonly<Record<string, unknown>>;

/**
 * SHA-256 over a row's columns in the order of their names, in lower-case hex. NULLs count for nothing, so that a
 * column that is added later changes no seal; neither do the row's own id and seal.
 */
export function sealOf(row: SealedRow, ...rest: readonly string[]): string {
  const names = Object.keys(row).filter((name) => name !== "id" && name !== "seal");
  const columns = names
    .toSorted()
    .filter((name) => row[name] !== null)
    .map((name) => column(name, row[name]));
  return createHash("sha256")
    .update([...columns, ...rest].join("\n"))
    .digest("hex");
}

/** Texts with their length before them: no text can pass for another column. */
function column(name: string, value: unknown): string {
  if (typeof value !== "string") return `${name}=${String(value)}`;
  return `${name}:${Buffer.byteLength(value)}:${value}`;
}

/**
 * Of a row of a run. Its run's number is in it, which is another where the run was merged into another file: so rows stay
 * sealed by the number that the run had first.
 *
 * @param number as {@link sealedAs} tells it
 */
export function rowSeal(row: SealedRow, number: number, ...rest: readonly string[]): string {
  return sealOf({ ...row, run_id: number }, ...rest);
}

/** The number by which the rows of a run are sealed. */
export function sealedAs(database: Database, runId: number): number {
  const number = database.prepare("SELECT sealed_as FROM identity WHERE run_id = ?").pluck().get(runId);
  return (number as number | null | undefined) ?? runId;
}

/** Of batches that were recorded together; it stands in the last of them. @param number as {@link sealedAs} tells it */
export function batchesSeal(batches: readonly SealedRow[], number: number): string {
  return sealOf({}, ...batches.map((batch) => rowSeal(batch, number)));
}

/** Of a rollout's row and the seals of its turns, so that a turn that is gone is missed. */
export function rolloutSeal(database: Database, runId: number, rollout: number): string | null {
  const row = database.prepare("SELECT * FROM rollout WHERE run_id = ? AND rollout = ?").get(runId, rollout);
  if (row === undefined) return null;
  const turns = database
    .prepare("SELECT seal FROM turn WHERE run_id = ? AND rollout = ? ORDER BY turn, attempt")
    .pluck()
    .all(runId, rollout) as (string | null)[];
  return rowSeal(row as SealedRow, sealedAs(database, runId), ...turns.map(String));
}

/**
 * Of a run's row, its model's and its machine's, and the seals of its sessions and of times that were taken again; once it has ended, also of the seals of its rollouts and the number
 * of its batches.
 */
export function runSeal(database: Database, runId: number): string | null {
  const row = database.prepare("SELECT * FROM run WHERE id = ?").get(runId) as SealedRow | undefined;
  if (row === undefined) return null;
  const model = database.prepare("SELECT * FROM model WHERE id = ?").get(row["model_id"]);
  const machine = database.prepare("SELECT * FROM machine WHERE id = ?").get(row["machine_id"]);
  const facts = [model, machine].map((other) => sealOf((other ?? {}) as SealedRow));
  const sessions = database
    .prepare("SELECT seal FROM session WHERE run_id = ? ORDER BY session")
    .pluck()
    .all(runId) as (string | null)[];
  const times = database
    .prepare("SELECT seal FROM remeasured WHERE run_id = ? ORDER BY rollout, turn, attempt")
    .pluck()
    .all(runId) as string[];
  facts.push(...sessions.map(String), ...times);
  if (row["status"] === "running") return sealOf(row, ...facts);
  const rollouts = database
    .prepare("SELECT seal FROM rollout WHERE run_id = ? ORDER BY rollout")
    .pluck()
    .all(runId) as (string | null)[];
  const batches = database.prepare("SELECT count(*) FROM batch WHERE run_id = ?").pluck().get(runId);
  return sealOf(row, ...facts, ...rollouts.map(String), String(batches));
}

/** Writes a run's seal; called in the transaction that wrote its row. */
export function sealRun(database: Database, runId: number): void {
  database.prepare("UPDATE run SET seal = ? WHERE id = ?").run(runSeal(database, runId), runId);
}

export function sealRollout(database: Database, runId: number, rollout: number): void {
  const seal = rolloutSeal(database, runId, rollout);
  database.prepare("UPDATE rollout SET seal = ? WHERE run_id = ? AND rollout = ?").run(seal, runId, rollout);
}

/** Seals a run that has ended, and those of its rollouts that ended with it. */
export function sealEndedRun(database: Database, runId: number): void {
  const open = database
    .prepare("SELECT rollout FROM rollout WHERE run_id = ? AND seal IS NULL")
    .pluck()
    .all(runId) as number[];
  for (const rollout of open) sealRollout(database, runId, rollout);
  sealRun(database, runId);
}
