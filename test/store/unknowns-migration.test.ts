import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, describe, expect, it } from "vitest";
import { portableSettings } from "../../src/runs/before-run.ts";
import { Recorder } from "../../src/store/recorder.ts";
import { openDatabase } from "../../src/store/database.ts";
import { leases } from "../../src/store/lease-migration.ts";
import { sessions } from "../../src/store/session-migration.ts";
import { checkSeals } from "../../src/store/file-check.ts";
import { mergePart } from "../../src/store/merge.ts";
import { migrate } from "../../src/store/migrate.ts";
import { remeasurements } from "../../src/store/remeasure-migration.ts";
import { removals } from "../../src/store/removed-migration.ts";
import { applicationId, migrations } from "../../src/store/migrations.ts";
import type { TurnRow } from "../../src/store/rows.ts";
import { storedBatches, storedRollouts, storedRun, storedTurns } from "../../src/store/stored-rows.ts";
import { batchRow, emptyDatabase, newRun, turnRow } from "./builders.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-unknowns-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Database = ReturnType<typeof emptyDatabase>;

/** The version before what an engine does not tell could be NULL. */
const before = 6;
const tables = ["machine", "model", "run", "rollout", "turn", "verdict", "verdict_basis", "batch", "event"];
const nullable = {
  run: ["max_answer_tokens"],
  turn: [
    "token_ids",
    "prompt_tokens",
    "reused_tokens",
    "prefilled_tokens",
    "decoded_tokens",
    "reasoning_tokens",
    "ttft_ms",
    "decode_ms",
    "inter_token_ms",
    "cpu_ms",
    "conversations",
    "first_batch",
    "last_batch",
  ],
};

const laterColumns = [
  ...["answer_form", "again_reason", "confidence", "session", "served"].map((column) => ["turn", column]),
  ["machine", "facts"],
  ["run", "server"],
  ...["threads", "cpu_ms", "mark", "in_place_of"].map((column) => ["batch", column]),
];

/** A file of that version with a run of two rollouts. */
function oldFile(name: string): { path: string; database: Database } {
  const path = join(folder, name);
  const database = new Sqlite(path);
  database.pragma("journal_mode = WAL");
  database.pragma("foreign_keys = ON");
  for (const step of migrations.slice(0, before)) database.exec(step);
  database.pragma(`application_id = ${applicationId}`);
  database.pragma(`user_version = ${before}`);
  // Today's recorder writes columns that came later: there for a moment, so that the rows and seals are as they were.
  for (const [table, column] of laterColumns) database.exec(`ALTER TABLE ${table} ADD COLUMN ${column} TEXT`);
  database.exec(leases);
  const laterTables =
    sessions.match(/CREATE TABLE .*?WITHOUT ROWID;|CREATE TABLE identity .*?STRICT;/gs) ?? [];
  for (const table of laterTables) database.exec(table);
  database.exec("ALTER TABLE lease ADD COLUMN session INTEGER");
  database.exec("ALTER TABLE identity ADD COLUMN sealed_as INTEGER");
  database.exec(removals);
  database.exec(/CREATE TABLE remeasured .*?WITHOUT ROWID;/s.exec(remeasurements)?.[0] ?? "");
  const recorder = new Recorder(database, newRun(database));
  for (const rollout of [0, 1]) {
    recorder.startRollout({ rollout, dictionary: [{ key: "about", value: 1 }], startedAt: "x" });
    for (const turn of [1, 2, 3]) recorder.turn(turnRow(rollout, turn, turn < 3));
    recorder.endRollout({ rollout, end: "complete", detail: null, endedAt: "y" });
  }
  recorder.batches([0, 1].map((index) => batchRow(index)));
  recorder.event("warning", { message: "m" });
  recorder.finishRun({ status: "complete", error: null, wallMs: 5, peakRssBytes: null });
  for (const [table, column] of laterColumns) database.exec(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  for (const table of ["lease", "session", "identity", "removed", "remeasured"])
    database.exec(`DROP TABLE ${table}`);
  return { path, database };
}

function rowsOf(database: Database): unknown[] {
  const later = [...laterColumns, ...["chat", "tuning", "conditions"].map((column) => ["run", column])];
  const isLater = (table: string, name: string): boolean =>
    later.some(([of, column]) => of === table && column === name);
  return tables.map((table) => {
    const rows = database.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[];
    return rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => !isLater(table, name))),
    );
  });
}

/** Columns that take no NULL, by table. */
function required(database: Database): Record<string, string[]> {
  return Object.fromEntries(
    tables.map((table) => [
      table,
      database
        .prepare(`SELECT name FROM pragma_table_info(?) WHERE "notnull"`)
        .pluck()
        .all(table) as string[],
    ]),
  );
}

function seals(database: Database): { stored: string | null; actual: string }[] {
  return [
    storedRun(database, 1)?.seal,
    ...storedRollouts(database, 1).map(({ seal }) => seal),
    ...[0, 1].flatMap((rollout) => storedTurns(database, 1, rollout).map(({ seal }) => seal)),
    ...[...storedBatches(database, 1)].map(({ seal }) => seal),
  ].filter((seal) => seal !== null && seal !== undefined);
}

describe("the step after which what an engine does not tell is NULL", () => {
  it("changes no row and no seal, and leaves a file that SQLite finds sound", () => {
    const { path, database } = oldFile("sound.db");
    const rows = rowsOf(database);
    database.close();
    openDatabase(path).close();
    const migrated = new Sqlite(path);
    expect(migrated.pragma("user_version", { simple: true })).toBe(migrations.length);
    expect(rowsOf(migrated)).toEqual(rows);
    expect(migrated.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(migrated.pragma("foreign_key_check")).toEqual([]);
    const checked = seals(migrated);
    expect(checked).toHaveLength(1 + 2 + 6 + 1);
    for (const { stored, actual } of checked) expect(stored).toBe(actual);
    migrated.close();
  });

  it("is taken in a copy where such a file is merged, twice to the same run", () => {
    const { path, database } = oldFile("merged.db");
    database.close();
    const target = emptyDatabase();
    const merge = () =>
      mergePart(target, path, { named: "x", portable: portableSettings, onTurns: () => undefined });
    newRun(target);
    expect([merge(), merge()]).toMatchObject([
      { refused: null, added: [2] },
      { refused: null, known: [2] },
    ]);
    expect(checkSeals(target, 2, () => undefined)).toEqual({ findings: [], unsealed: 1 });
    const left = new Sqlite(path, { readonly: true });
    expect(left.pragma("user_version", { simple: true })).toBe(before);
    left.close();
  });

  it("frees these columns and no other, and names no list in the schema", () => {
    const { database } = oldFile("freed.db");
    const old = required(database);
    migrate(database);
    const now = required(database);
    for (const table of tables) {
      const freed: readonly string[] = nullable[table as keyof typeof nullable] ?? [];
      expect(now[table], table).toEqual(old[table]?.filter((column) => !freed.includes(column)));
    }
    const tablesSince = 7;
    const texts = database.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table'").pluck().all();
    expect(texts.join("\n")).not.toMatch(/CHECK/);
    expect(texts.filter((text) => /\bSTRICT\b/.test(String(text)))).toHaveLength(tables.length + tablesSince);
  });

  it("is known at once to whoever has the file open, and takes a turn of which little is known", () => {
    const { path, database } = oldFile("open.db");
    const other = new Sqlite(path);
    const insert = other.prepare("UPDATE turn SET ttft_ms = NULL, stop = ? WHERE id = 1");
    expect(() => insert.run("answer")).toThrow(/NOT NULL/);
    migrate(database);
    expect(insert.run("another").changes).toBe(1);
    other.close();
    const recorder = new Recorder(database, 1);
    const columns = Object.keys(turnRow(0, 4, true)) as (keyof TurnRow)[];
    const untold = columns.filter((name) => nullable.turn.includes(snake(name)));
    expect(untold).toHaveLength(nullable.turn.length);
    recorder.turn(turnRow(0, 4, true, Object.fromEntries(untold.map((name) => [name, null]))));
    recorder.flush();
    const [turn] = storedTurns(database, 1, 0).slice(-1);
    for (const name of untold) expect(turn?.[name as "ttftMs"], name).toBeNull();
    expect(turn?.seal.stored).toBe(turn?.seal.actual);
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
  });

  it("is taken back whole where it fails on the way, and the schema is safe again", () => {
    const { path, database } = oldFile("failed.db");
    database.exec("DROP VIEW throughput");
    database.close();
    expect(() => openDatabase(path)).toThrow(/no such view/);
    const kept = new Sqlite(path);
    expect(kept.pragma("user_version", { simple: true })).toBe(before);
    expect(kept.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(kept.prepare("SELECT sql FROM sqlite_schema WHERE name = 'turn'").pluck().get()).toContain(
      "CHECK",
    );
    expect(() => migrate(kept)).toThrow(/no such view/);
    expect(() => kept.exec("UPDATE sqlite_schema SET sql = ''")).toThrow(/may not be modified/);
    kept.close();
  });
});

describe("what the schema allows, but no row may hold", () => {
  const nonsense = "nonsense" as never;
  const cases: Record<string, (recorder: Recorder) => void> = {
    stop: (recorder) => recorder.turn(turnRow(0, 1, true, { stop: nonsense })),
    class: (recorder) => {
      const { verdict } = turnRow(0, 1, true);
      recorder.turn(turnRow(0, 1, true, { verdict: { ...verdict, class: nonsense } }));
    },
    end: (recorder) => recorder.endRollout({ rollout: 0, end: nonsense, detail: null, endedAt: "" }),
    phase: (recorder) => recorder.batches([{ ...batchRow(0), phase: nonsense }]),
    status: (recorder) =>
      recorder.finishRun({ status: nonsense, error: null, wallMs: 0, peakRssBytes: null }),
  };

  it.each(Object.entries(cases))("is refused as it is written: %s", (column, write) => {
    const database = emptyDatabase();
    const recorder = new Recorder(database, newRun(database));
    recorder.startRollout({ rollout: 0, dictionary: [], startedAt: "" });
    recorder.flush();
    expect(() => {
      write(recorder);
      recorder.flush();
    }).toThrow(`${column}: "nonsense" is none of `);
    expect(database.prepare("SELECT count(*) FROM turn").pluck().get()).toBe(0);
    expect(database.prepare("SELECT status FROM run").pluck().get()).toBe("running");
  });

  it("is refused of a run before it begins: an engine that has no name, a stop that is none", () => {
    const database = emptyDatabase();
    expect(() => newRun(database, {}, { engine: "a b" })).toThrow('engine: "a b" is no name');
    expect(() => newRun(database, { stop: nonsense })).toThrow('stop: "nonsense": invalid option');
    expect(database.prepare("SELECT count(*) FROM run").pluck().get()).toBe(0);
  });
});

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
