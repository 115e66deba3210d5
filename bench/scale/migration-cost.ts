/**
 * What it takes to bring a file from the schema before to today's: files of 10,000, 100,000 and 1,000,000 turn rows,
 * opened as the program opens them, the median of three. Beside it one copy of the table of turns, the least that a
 * table made anew would take, and SQLite's check of the whole file, which must find nothing.
 * usage: npx tsx bench/scale/migration-cost.ts
 */
import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { nowMs } from "../../src/clock.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { migrations } from "../../src/store/migrations.ts";
import { makeFile } from "./made-file.ts";
import { createBefore } from "./older-file.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-migration-"));
const rows = [10_000, 100_000, 1_000_000].map((count) => {
  const old = join(folder, `${count}.db`);
  makeFile(old, count, createBefore);
  const copy = join(folder, "copy.db");
  const migrateMs = median([0, 1, 2].map(() => timed(copy, old, () => openDatabase(copy).close())));
  const turnsMs = median(
    [0, 1, 2].map(() =>
      timed(copy, old, () =>
        withDatabase(copy, (file) => file.exec("CREATE TABLE other AS SELECT * FROM turn")),
      ),
    ),
  );
  timed(copy, old, () => openDatabase(copy).close());
  const start = nowMs();
  const verdict = withDatabase(copy, (file) => file.pragma("integrity_check", { simple: true }));
  if (verdict !== "ok") throw new Error(String(verdict));
  const checkMs = nowMs() - start;
  const size = `${(statSync(old).size / 1e6).toFixed(0)} MB`;
  rmSync(old);
  return `| ${count.toLocaleString("en")} | ${size} | ${migrateMs.toFixed(0)} ms | ${turnsMs.toFixed(0)} ms | ok in ${(checkMs / 1000).toFixed(1)} s |`;
});
const text = [
  `From version ${migrations.length - 1} of the schema to ${migrations.length}.`,
  "",
  "| turn rows | file | opened and migrated | one copy of the turns | integrity_check afterwards |",
  "|--:|--:|--:|--:|--:|",
  ...rows,
  "",
].join("\n");
writeFileSync(join(import.meta.dirname, "results", "migration-cost.md"), text);
process.stdout.write(text);
rmSync(folder, { recursive: true, force: true });

function timed(copy: string, old: string, work: () => void): number {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${copy}${suffix}`, { force: true });
  copyFileSync(old, copy);
  const start = nowMs();
  work();
  return nowMs() - start;
}

function withDatabase<T>(path: string, work: (database: Database) => T): T {
  const database = new Sqlite(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
