import {
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { migrations } from "../../src/store/migrations.ts";
import { commandLine } from "../register/command-line.ts";
import { type Finished, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
/** Most of it has nothing to do with being a process. */
const longhaul = (...args: readonly string[]): Promise<Finished> => commandLine(args, "");
const clean = join(folder, "clean.db");

beforeAll(async () => {
  const asked = ["--engine", "scripted:p=0.9", "--rollouts", "20", "--turns", "40", "--quiet"];
  for (const name of ["one", "two"])
    expect((await longhaul("run", ...asked, "--name", name, "--db", clean)).code).toBe(0);
  // All of it in one file.
  const database = new Sqlite(clean);
  database.pragma("journal_mode = DELETE");
  database.close();
});

function copied(name: string, ...statements: readonly string[]): string {
  const path = join(folder, `${name.replaceAll(/\W+/g, "-")}.db`);
  copyFileSync(clean, path);
  const database = new Sqlite(path);
  database.pragma("foreign_keys = OFF");
  database.unsafeMode(true);
  for (const statement of statements) database.exec(statement);
  database.close();
  return path;
}

async function check(path: string): Promise<{ code: number | null; findings: Record<string, unknown>[] }> {
  const { code, stdout, stderr } = await longhaul("verify", "--file", "--json", "--db", path);
  expect(stderr).toBe("");
  return { code, findings: (JSON.parse(stdout) as { findings: Record<string, unknown>[] }).findings };
}

describe("verify --file", () => {
  it("holds a file that nobody touched, and judges nothing again", async () => {
    const { code, stdout } = await longhaul("verify", "--file", "--db", clean);
    expect([code, stdout]).toEqual([0, "every page, reference and seal holds: 2 runs, 1,600 turns\n"]);
  });

  it.each([
    [
      "a turn",
      "seals",
      1,
      /turn 5 of rollout 3 of run 1/,
      "UPDATE turn SET text = 'x' WHERE run_id = 1 AND rollout = 3 AND turn = 5",
    ],
    [
      "a rollout",
      "seals",
      2,
      /rollout 3 of run 2/,
      "UPDATE rollout SET detail = 'x' WHERE run_id = 2 AND rollout = 3",
    ],
    ["a run", "seals", 2, /the row of run 2/, "UPDATE run SET name = 'x' WHERE id = 2"],
    [
      "what a run is called",
      "seals",
      2,
      /the name of run 2/,
      "UPDATE identity SET uid = 'x' WHERE run_id = 2",
    ],
    ["batches", "seals", 1, /batches up to/, "UPDATE batch SET end_ms = 0 WHERE run_id = 1 AND batch = 7"],
    [
      "a turn that is gone",
      "seals",
      1,
      /rollout \d+ of run 1/,
      "DELETE FROM verdict WHERE turn_id = 7; DELETE FROM turn WHERE id = 7",
    ],
    [
      "what rows name",
      "references",
      null,
      /row .* of verdict names a row of turn that is not there/,
      "UPDATE verdict SET turn_id = 99999 WHERE turn_id = 7",
    ],
    [
      "a run that is gone",
      "removed",
      null,
      /run 1: neither there nor removed/,
      "DELETE FROM verdict WHERE turn_id IN (SELECT id FROM turn WHERE run_id = 1); DELETE FROM turn WHERE run_id = 1; DELETE FROM rollout WHERE run_id = 1; DELETE FROM batch WHERE run_id = 1; DELETE FROM event WHERE run_id = 1; DELETE FROM lease WHERE run_id = 1; DELETE FROM identity WHERE run_id = 1; DELETE FROM run WHERE id = 1",
    ],
    [
      "the schema",
      "schema",
      null,
      /its trigger "mine" is none of Longhaul's/,
      "CREATE TRIGGER mine AFTER INSERT ON run BEGIN SELECT 1; END",
    ],
  ])("finds a change of %s", async (name, kind, run, found, statement) => {
    const { code, findings } = await check(copied(name, statement));
    expect(code).toBe(1);
    expect(findings).toContainEqual({ check: kind, run, found: expect.stringMatching(found) });
  });

  it("finds no fault with an older file", async () => {
    const path = join(folder, "older.db");
    const old = new Sqlite(path);
    old.unsafeMode(true);
    for (const step of migrations.slice(0, 6)) old.exec(step);
    old.pragma("application_id = 1279808844");
    old.pragma("user_version = 6");
    old.close();
    const { code, stdout, stderr } = await longhaul("verify", "--file", "--db", path);
    expect([code, stdout]).toEqual([0, expect.stringContaining("holds: 0 runs")]);
    expect(stderr).toContain("has an older schema: it is left alone");
  });

  it("takes no runs beside it", async () => {
    const { code, stderr } = await longhaul("verify", "1", "--file", "--db", clean);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("--file checks all of the file: leave out 1"),
    ]);
  });
});

/** Writes nonsense over pages of a copy. */
function damaged(name: string, ...pages: readonly number[]): string {
  const path = copied(name);
  const file = openSync(path, "r+");
  for (const page of pages) writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
  closeSync(file);
  return path;
}

describe("a damaged file", () => {
  const commands = [
    ["ls"],
    ["show", "1"],
    ["compare"],
    ["export", "1"],
    ["sql", "SELECT * FROM turns"],
    ["verify"],
  ];

  it("says so in the middle, by every command, and is left as it is", async () => {
    const pages = statSync(clean).size / 4096;
    const path = damaged(
      "middle",
      ...Array.from({ length: 20 }, (_, index) => Math.floor(pages / 2) + index),
    );
    const before = readFileSync(path);
    const { code, findings } = await check(path);
    expect(code).toBe(1);
    expect(
      findings.some(({ check: kind, found }) => kind === "pages" && /page|malformed/i.test(String(found))),
    ).toBe(true);
    let told = 0;
    for (const command of commands) {
      const { stderr, code: ended } = await longhaul(...command, "--db", path);
      expect(stderr, command[0]).not.toMatch(/\n +at |could not be written/);
      if (ended === 0) continue;
      expect(stderr, command[0]).toMatch(/the file is damaged.*verify --file/);
      told++;
    }
    expect(told).toBeGreaterThan(0);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it.each([
    [
      "at its beginning",
      (path: string) =>
        writeFileSync(path, Buffer.concat([Buffer.alloc(100, 1), readFileSync(clean).subarray(100)])),
    ],
    ["in its table of contents", (path: string) => copyFileSync(damaged("contents-source", 1, 2, 3), path)],
    ["cut short", (path: string) => truncateSync(path, 40_000)],
    ["empty of all but a header", (path: string) => truncateSync(path, 100)],
  ])("is told by the command that opens it: %s", async (name, damage) => {
    const path = copied(name);
    damage(path);
    for (const command of [
      ["ls"],
      ["verify", "--file"],
      ["run", "--engine", "scripted:p=1", "--rollouts", "1", "--turns", "1"],
    ]) {
      const { code, stderr, stdout } = await longhaul(...command, "--db", path);
      expect([0, 1, 2]).toContain(code);
      expect(`${stdout}${stderr}`, command[0]).not.toMatch(/\n +at /);
    }
    const checked = await longhaul("verify", "--file", "--db", path);
    expect(checked.code, checked.stderr).not.toBe(0);
  });
});

describe("a file from a newer version", () => {
  it("is neither read nor written, and is left as it is", async () => {
    const path = copied("newer", `PRAGMA user_version = ${migrations.length + 1}`, "CREATE TABLE later (x)");
    const before = readFileSync(path);
    const run = ["run", "--engine", "scripted:p=1", "--rollouts", "1", "--turns", "1"];
    for (const command of [
      ["ls"],
      run,
      ["rm", "1", "--yes"],
      ["backup", join(folder, "b.db")],
      ["verify", "--file"],
    ]) {
      const { code, stderr } = await longhaul(...command, "--db", path);
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining(`--db ${path}: written by a newer Longhaul. Update this one`),
      ]);
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
