import Sqlite, { type Database } from "better-sqlite3";
import { messageOf } from "../errors.ts";
import { type SealedRow, sealOf } from "./seal.ts";
import { speedTestSeals } from "./speed-tests.ts";
import { type SealCheck, storedRollouts, storedRun, storedRunIds } from "./stored-rows.ts";

/**
 * The first thing in a file that is not as this program wrote it; null: there is none. Reading rows checks little, since
 * there may be a million of them; where it fails, this tells a damaged file from a mistake of the program's.
 */
export function damageIn(database: Database): string | null {
  try {
    return damagedPage(database) ?? lostRow(database) ?? brokenJson(database) ?? brokenSeal(database);
  } catch (error) {
    // One that is locked, say, is no damaged one.
    if (error instanceof Sqlite.SqliteError && !/^SQLITE_(CORRUPT|NOTADB)/.test(error.code)) return null;
    return messageOf(error);
  }
}

/** Tables are strict, so columns of a wrong type are found here, too. */
function damagedPage(database: Database): string | null {
  const found = database.pragma("integrity_check(1)", { simple: true }) as string;
  return found === "ok" ? null : found.replace(/\s+/g, " ");
}

function lostRow(database: Database): string | null {
  const [lost] = database.pragma("foreign_key_check") as { table: string; rowid: number; parent: string }[];
  return lost === undefined
    ? null
    : `row ${lost.rowid} of ${lost.table} names a row of ${lost.parent} that is not there`;
}

/** Columns that no seal covers. */
const jsonColumns = [
  ["event", "data"],
  ["place", "asked"],
  ["tuned", "asked"],
  ["tuned", "found"],
] as const;

function brokenJson(database: Database): string | null {
  for (const [table, column] of jsonColumns) {
    const broken = `SELECT rowid FROM ${table} WHERE ${column} IS NOT NULL AND NOT json_valid(${column})`;
    const row = database.prepare(broken).pluck().get() as number | undefined;
    if (row !== undefined) return `${column} of row ${row} of ${table} is no JSON`;
  }
  return null;
}

function brokenSeal(database: Database): string | null {
  for (const run of storedRunIds(database)) {
    if (isBroken(storedRun(database, run)?.seal)) return `the row of run ${run} is not as it was written`;
    for (const row of database.prepare("SELECT * FROM turn WHERE run_id = ?").iterate(run)) {
      const turn = row as SealedRow & { readonly seal: string | null };
      if (isBroken({ stored: turn.seal, actual: sealOf(turn) }))
        return `turn ${String(turn["turn"])} of rollout ${String(turn["rollout"])} of run ${run} is not as it was written`;
    }
    const rollout = storedRollouts(database, run).find(({ end, seal }) => end !== null && isBroken(seal));
    if (rollout !== undefined) return `rollout ${rollout.rollout} of run ${run} is not as it was written`;
  }
  const test = speedTestSeals(database).find(isBroken);
  return test === undefined ? null : `speed test ${test.id} is not as it was written`;
}

/** Rows of earlier versions have none. */
function isBroken(seal: SealCheck | undefined): boolean {
  return seal !== undefined && seal.stored !== null && seal.stored !== seal.actual;
}
