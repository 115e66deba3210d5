import { randomBytes } from "node:crypto";
import type { Database } from "better-sqlite3";
import { type SealedRow, sealOf } from "./seal.ts";

/** What a run is called wherever its rows are; its number is this file's own. */
export interface Identity {
  /** The letter u and 31 hex digits. */
  readonly uid: string;
  /** Shared by the tries of one trial; the first one's uid. */
  readonly trialUid: string;
  /** The uid of the try in whose place this one stands; null: it is the first. */
  readonly replaces: string | null;
}

/** Gives a run that begins its name. @param replaces the number of the run that it tries again; null: none */
export function recordIdentity(database: Database, runId: number, replaces: number | null): void {
  const uid = `u${randomBytes(16).toString("hex").slice(1)}`;
  const before = replaces === null ? null : identityOf(database, replaces);
  const row = { run_id: runId, uid, trial_uid: before?.trialUid ?? uid, replaces: before?.uid ?? null };
  database
    .prepare(
      `INSERT INTO identity (run_id, uid, trial_uid, replaces, seal) VALUES (@run_id, @uid, @trial_uid, @replaces, @seal)`,
    )
    .run({ ...row, seal: sealOf(row) });
}

export function identityOf(database: Database, runId: number): Identity | null {
  const row = database
    .prepare("SELECT uid, trial_uid AS trialUid, replaces FROM identity WHERE run_id = ?")
    .get(runId);
  return (row as Identity | undefined) ?? null;
}

/** The number in this file of a run that a history names: by its uid, in rows of earlier versions by its number; null: it is not here. */
export function runNumber(database: Database, named: string | number): number | null {
  if (typeof named === "number") return identityOf(database, named) === null ? null : named;
  const id = database.prepare("SELECT run_id FROM identity WHERE uid = ?").pluck().get(named);
  return typeof id === "number" ? id : null;
}

/** A row's seal (null: it was written before there were such names), and what the row gives now. */
export function identitySeal(
  database: Database,
  runId: number,
): { readonly stored: string | null; readonly actual: string } | null {
  const row = database.prepare("SELECT * FROM identity WHERE run_id = ?").get(runId) as SealedRow | undefined;
  return row === undefined ? null : { stored: row["seal"] as string | null, actual: sealOf(row) };
}
