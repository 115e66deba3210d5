import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { migrations } from "../../src/store/migrations.ts";
import { finished, longhaul, main, query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const clean = join(folder, "clean.db");
const run = ["run", "--engine", "scripted:p=0.9", "--rollouts", "4", "--turns", "6", "--quiet"];

beforeAll(async () => {
  expect((await longhaul(...run, "--db", clean)).code).toBe(0);
});

/** A copy of the clean file, with what somebody put into it. */
function copyWith(name: string, ...statements: readonly string[]): string {
  const path = join(folder, `${name}.db`);
  copyFileSync(clean, path);
  const database = new Sqlite(path);
  database.unsafeMode(true);
  for (const statement of statements) database.exec(statement);
  database.close();
  return path;
}

describe("a file with something in it that Longhaul does not make", () => {
  it.each([
    [
      "trigger",
      'its trigger "spread" is none of Longhaul\'s',
      ["CREATE TRIGGER spread AFTER INSERT ON run BEGIN UPDATE run SET name = 'taken'; END"],
    ],
    [
      "view",
      'its view "turn_accuracy" is not as Longhaul makes it',
      [
        "DROP VIEW task_accuracy",
        "DROP VIEW turn_accuracy",
        "CREATE VIEW turn_accuracy AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
      ],
    ],
    ["index", 'its index "odd" is none of Longhaul\'s', ["CREATE INDEX odd ON run (abs(seed))"]],
    ["table", 'its table "theirs" is none of Longhaul\'s', ["CREATE TABLE theirs (x)"]],
    [
      "check",
      'its table "event" is not as Longhaul makes it',
      [
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'kind TEXT NOT NULL', 'kind TEXT NOT NULL CHECK (length(kind) < 9)') WHERE name = 'event'",
      ],
    ],
  ])("is neither read nor written: %s", async (name, told, statements) => {
    const path = copyWith(name, ...statements);
    const before = readFileSync(path);
    const commands = [["ls"], ["sql", "SELECT * FROM runs"], ["verify"], ["compare"], run];
    for (const command of commands) {
      const { code, stdout, stderr } = await longhaul(...command, "--db", path);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(`--db ${path}: ${told}`);
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("is read where SQLite itself has put it there", async () => {
    const path = copyWith("analyzed", "ANALYZE");
    expect((await longhaul("verify", "--db", path)).code).toBe(0);
  });
});

describe("a statement", () => {
  it("that never ends is stopped", async () => {
    const endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
    const { code, stderr } = await longhaul("sql", endless, "--timeout", "1", "--db", clean);
    expect(code).toBe(2);
    expect(stderr).toContain("--timeout 1: the statement takes longer");
  });

  it("keeps every digit and byte, and no column for another of its name", async () => {
    const text = "SELECT 9007199254740993 AS large, 5 AS small, x'00ff' AS bytes, 0.5 AS half, NULL AS none";
    const { stdout } = await longhaul("sql", text, "--db", clean, "--json");
    expect(JSON.parse(stdout)).toEqual([
      { large: "9007199254740993", small: 5, bytes: "x'00ff'", half: 0.5, none: null },
    ]);
    const twice = await longhaul("sql", "SELECT 1 AS a, 2 AS a", "--db", clean, "--json");
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining("two columns are called a")]);
    expect((await longhaul("sql", "SELECT 1 AS a, 2 AS a", "--db", clean)).stdout).toMatch(/a +a\n1 +2/);
  });

  it("is told a timeout that is none", async () => {
    const { code, stderr } = await longhaul("sql", "SELECT 1", "--timeout", "soon", "--db", clean);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("--timeout soon: must be a number of seconds"),
    ]);
  });
});

/** What lies in a folder, to the byte and the moment. */
function stateOf(place: string): unknown {
  return readdirSync(place).map((name) => {
    const path = join(place, name);
    return [name, statSync(path).mtimeMs, readFileSync(path).toString("base64")];
  });
}

describe("reading", () => {
  it("leaves a file with an older schema as it is", async () => {
    const place = join(folder, "older");
    mkdirSync(place);
    const path = join(place, "old.db");
    const old = new Sqlite(path);
    old.unsafeMode(true);
    for (const step of migrations.slice(0, 6)) old.exec(step);
    old.pragma("application_id = 1279808844");
    old.pragma("user_version = 6");
    old.close();
    const before = stateOf(place);
    expect(await query(path, "SELECT count(*) AS n FROM runs")).toEqual([{ n: 0 }]);
    const listed = await longhaul("ls", "--json", "--db", path);
    expect([listed.code, JSON.parse(listed.stdout)]).toEqual([0, []]);
    expect(listed.stderr).toMatch(
      /^longhaul: .*old\.db has an older schema: it is left alone, and a copy in .* is read instead\.\n$/,
    );
    expect(stateOf(place)).toEqual(before);
  });

  // Root may write everywhere.
  it.skipIf(process.getuid?.() !== 0)("needs no right to write", async () => {
    const place = join(folder, "read-only");
    mkdirSync(place);
    const path = join(place, "kept.db");
    // As a run that was killed leaves it: part of the rows are not in the file itself yet.
    const writer = new Sqlite(path);
    copyInto(writer);
    for (const name of readdirSync(place)) chmodSync(join(place, name), 0o444);
    const held = join(folder, "held");
    mkdirSync(held);
    for (const name of readdirSync(place).filter((one) => !one.endsWith("-shm")))
      copyFileSync(join(place, name), join(held, name));
    writer.close();
    chmodSync(held, 0o555);
    const before = stateOf(held);
    const link = join(folder, "link.db");
    symlinkSync(join("held", "kept.db"), link);
    chmodSync(folder, 0o555);
    const child = spawn(
      process.execPath,
      [main, "sql", "SELECT count(*) AS n FROM turns", "--json", "--db", link],
      {
        uid: 65_534,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const { code, stdout, stderr } = await finished(child);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^longhaul: .*link\.db cannot be read where it lies, .* a copy in .*\n$/),
    ]);
    expect(JSON.parse(stdout)).toEqual([{ n: 24 }]);
    expect(stateOf(held)).toEqual(before);
  });
});

/** Fills an empty file with the clean one's rows, without writing its log into it. */
function copyInto(writer: Sqlite.Database): void {
  writer.unsafeMode(true);
  writer.pragma("journal_mode = WAL");
  writer.pragma("wal_autocheckpoint = 0");
  for (const step of migrations) writer.exec(step);
  writer.pragma("application_id = 1279808844");
  writer.pragma(`user_version = ${migrations.length}`);
  writer.exec(`ATTACH '${clean}' AS clean`);
  writer.pragma("foreign_keys = OFF");
  const tables = writer
    .prepare("SELECT name FROM main.sqlite_master WHERE type = 'table'")
    .pluck()
    .all() as string[];
  for (const name of tables) writer.exec(`INSERT INTO main.${name} SELECT * FROM clean.${name}`);
}
