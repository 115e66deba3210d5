import type { Database } from "better-sqlite3";
import { messageOf } from "../errors.ts";
import { fileTrouble, isDamage } from "./file-errors.ts";
import { identitySeal } from "./identity.ts";
import { removedRuns } from "./removed.ts";
import { rowSeal, type SealedRow, sealedAs } from "./seal.ts";
import { sessionSeals } from "./sessions.ts";
import { speedTestSeals } from "./speed-tests.ts";
import {
  type SealCheck,
  storedBatches,
  storedRollouts,
  storedRun,
  storedRunIds,
  storedTimes,
} from "./stored-rows.ts";

/** Something in a file that is not as it was written. */
export interface FileFinding {
  readonly check: "pages" | "references" | "schema" | "json" | "seals" | "removed";
  /** The run that it is about; null: none alone. */
  readonly run: number | null;
  readonly found: string;
}

/** Listed of each of SQLite's own checks. */
const listedMax = 20;

/** SQLite's own check of every page, and that each row is in its indexes. */
export function damagedPages(database: Database): FileFinding[] {
  const told: string[] = [];
  try {
    const checked = database.prepare(`PRAGMA integrity_check(${listedMax})`).pluck().iterate();
    for (const text of checked as IterableIterator<string>) told.push(...text.split("\n"));
  } catch (error) {
    if (!isDamage(error)) throw error;
    // It gives up where it finds no way on.
    told.push(messageOf(error));
  }
  return told
    .filter((text) => text !== "ok" && !text.startsWith("***"))
    .map((found) => ({ check: "pages", run: null, found }));
}

/** Rows that name another row which is not there. */
export function brokenReferences(database: Database): FileFinding[] {
  const found = database.pragma("foreign_key_check") as { table: string; rowid: number; parent: string }[];
  return found.slice(0, listedMax).map(({ table, rowid, parent }) => ({
    check: "references",
    run: null,
    found: `row ${rowid} of ${table} names a row of ${parent} that is not there`,
  }));
}

/** Columns that no seal covers. */
const jsonColumns = [
  ["event", "data"],
  ["place", "asked"],
  ["tuned", "asked"],
  ["tuned", "found"],
] as const;

/** Texts that are to be JSON and are not. */
export function brokenJson(database: Database): FileFinding[] {
  return jsonColumns.flatMap(([table, column]) => {
    const broken = `SELECT rowid FROM ${table} WHERE ${column} IS NOT NULL AND NOT json_valid(${column}) LIMIT ${listedMax}`;
    const rows = database.prepare(broken).pluck().all() as number[];
    return rows.map((row) => ({
      check: "json" as const,
      run: null,
      found: `${column} of row ${row} of ${table} is no JSON`,
    }));
  });
}

/** What the seals of rows say, and how many rows have none since they are older than seals. */
export interface CheckedSeals {
  readonly findings: readonly FileFinding[];
  readonly unsealed: number;
}

/** Holds every row of a run against its seal, as it is at one moment. @param onTurn told for each turn */
export function checkSeals(database: Database, runId: number, onTurn: () => void): CheckedSeals {
  const held = new Held(runId);
  const check = database.transaction(() => {
    held.seal(`the row of run ${runId}`, storedRun(database, runId)?.seal);
    held.seal(`the name of run ${runId}`, identitySeal(database, runId));
    for (const { session, seal } of sessionSeals(database, runId))
      held.seal(`session ${session} of run ${runId}`, seal);
    for (const { rollout, end, seal } of storedRollouts(database, runId))
      if (end !== null) held.seal(`rollout ${rollout} of run ${runId}`, seal);
    const number = sealedAs(database, runId);
    const turns = database.prepare("SELECT * FROM turn WHERE run_id = ?").iterate(runId);
    for (const row of turns as IterableIterator<SealedRow>) {
      const where = `turn ${String(row["turn"])} of rollout ${String(row["rollout"])} of run ${runId}`;
      held.seal(where, { stored: row["seal"] as string | null, actual: rowSeal(row, number) });
      onTurn();
    }
    for (const { rollout, turn, seal } of storedTimes(database, runId))
      held.seal(`newer times of turn ${turn} of rollout ${rollout} of run ${runId}`, seal);
    for (const { index, seal } of storedBatches(database, runId))
      if (seal !== null) held.seal(`batches up to ${index} of run ${runId}`, seal);
  });
  return held.through(check);
}

/** The same of what belongs to no run: tests of speed and marks of removed runs; and runs that are gone without a mark. */
export function checkBesideRuns(database: Database): CheckedSeals {
  const held = new Held(null);
  return held.through(() => {
    for (const { id, stored, actual } of speedTestSeals(database))
      held.seal(`speed test ${id}`, { stored, actual });
    const removed = removedRuns(database);
    for (const { run, seal } of removed) held.seal(`the mark of run ${run}, which was removed`, seal);
    for (const gap of gaps([...storedRunIds(database), ...removed.map(({ run }) => run)]))
      held.add("removed", null, `${gap}: neither there nor removed by longhaul rm`);
  });
}

/**
 * The first thing in a file that is not as this program wrote it; null: there is none. Reading rows checks little, since
 * there may be a million of them; where it fails, this tells a damaged file from a mistake of the program's.
 */
export function damageIn(database: Database): string | null {
  try {
    for (const found of everyCheck(database)) {
      const first = found.find(({ check }) => check !== "removed");
      if (first !== undefined) return first.found;
    }
    return null;
  } catch (error) {
    // One that is locked, say, is no damaged one.
    return fileTrouble(error) === null || isDamage(error) ? messageOf(error) : null;
  }
}

function* everyCheck(database: Database): Generator<readonly FileFinding[]> {
  yield damagedPages(database);
  yield brokenReferences(database);
  yield brokenJson(database);
  for (const id of storedRunIds(database)) yield checkSeals(database, id, () => undefined).findings;
  yield checkBesideRuns(database).findings;
}

/** Numbers of runs that are missing between others, which count from 1. */
function gaps(runIds: readonly number[]): string[] {
  const sorted = runIds.toSorted((one, other) => one - other);
  return sorted.flatMap((id, index) => {
    const from = (sorted[index - 1] ?? 0) + 1;
    if (from >= id) return [];
    return [from === id - 1 ? `run ${from}` : `runs ${from} to ${id - 1}`];
  });
}

/** What was found in one run, or beside all. */
class Held {
  readonly #run: number | null;
  readonly #findings: FileFinding[] = [];
  #unsealed = 0;

  constructor(run: number | null) {
    this.#run = run;
  }

  /** Carries out checks; what cannot be read is a finding, too. */
  through(check: () => void): CheckedSeals {
    try {
      check();
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.add(
        "pages",
        this.#run,
        `${this.#run === null ? "the file" : `run ${this.#run}`} cannot be read: ${messageOf(error)}`,
      );
    }
    return { findings: this.#findings, unsealed: this.#unsealed };
  }

  seal(what: string, seal: SealCheck | null | undefined): void {
    if (seal === null || seal === undefined) return;
    if (seal.stored === null) this.#unsealed++;
    else if (seal.stored !== seal.actual) this.add("seals", this.#run, `${what} is not as it was written`);
  }

  add(check: FileFinding["check"], run: number | null, found: string): void {
    this.#findings.push({ check, run, found });
  }
}
