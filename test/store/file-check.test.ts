import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, expect, it } from "vitest";
import { mutateDatabase } from "../../scripts/mutate-database.ts";
import { Random } from "../../src/random.ts";
import { damageIn } from "../../src/store/file-check.ts";
import { temporaryFolder } from "../cli/longhaul.ts";
import { commandLine } from "../register/command-line.ts";

const folder = temporaryFolder();
const whole = join(folder, "whole.db");
const path = join(folder, "fuzz.db");
const commands = [
  ["ls"],
  ["show", "1", "--rollout", "0"],
  ["compare"],
  ["report", "-o", join(folder, "page.html")],
  ["verify"],
  ["export", "--format", "json"],
];

beforeAll(async () => {
  const run = ["run", "--engine", "scripted:p=0.8,format=0.1", "--rollouts", "4", "--turns", "5", "--quiet"];
  for (const name of ["one", "two"])
    expect((await commandLine([...run, "--name", name], whole)).code).toBe(0);
});

it("40 damaged files are read, or refused in a sentence, by every command that reads", {
  timeout: 120_000,
}, async () => {
  const bytes = readFileSync(whole);
  const codes = new Set<number | null>();
  for (let file = 0; file < 40; file++) {
    for (const beside of ["-wal", "-shm"]) rmSync(path + beside, { force: true });
    writeFileSync(path, mutateDatabase(bytes, new Random(1, "database", file)));
    for (const command of commands) {
      const { code, stdout, stderr } = await commandLine(command, path);
      const where = `file ${file}, ${command.join(" ")}: ${stderr}`;
      codes.add(code);
      expect(stderr, where).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
      expect(stdout + stderr, where).not.toMatch(/[^\P{Cc}\n]/u);
      if (code === 2) expect(stderr, where).toMatch(/^longhaul: .*(\.|: longhaul [^\n]+|: node [^\n]+)\n$/s);
    }
  }
  expect(codes).toEqual(new Set([0, 1, 2]));
});

it("says what is not as it was written", () => {
  const found = (statement: string): string | null => {
    copyFileSync(whole, path);
    for (const beside of ["-wal", "-shm"]) rmSync(path + beside, { force: true });
    const database = new Sqlite(path);
    database.pragma("foreign_keys = OFF");
    if (statement !== "") database.exec(statement);
    const damage = damageIn(database);
    database.close();
    return damage;
  };
  expect(found("")).toBeNull();
  expect(found("UPDATE turn SET text = 'x' WHERE run_id = 2 AND rollout = 1 AND turn = 1")).toBe(
    "turn 1 of rollout 1 of run 2 is not as it was written",
  );
  expect(found("UPDATE run SET settings = '{' WHERE id = 1")).toBe(
    "the row of run 1 is not as it was written",
  );
  expect(found("UPDATE event SET data = '{' WHERE id = 1")).toBe("data of row 1 of event is no JSON");
  expect(found("DELETE FROM machine")).toMatch(/^row 1 of run names a row of machine that is not there/);
  expect(found("DELETE FROM turn WHERE run_id = 1 AND rollout = 2 AND turn = 1")).toMatch(
    /rollout 2 of run 1|verdict/,
  );
});

it("a damaged file is told from a mistake of the program's", async () => {
  copyFileSync(whole, path);
  const database = new Sqlite(path);
  database.exec("UPDATE run SET versions = '{' WHERE id = 2");
  database.close();
  const { code, stderr } = await commandLine(["ls"], path);
  const [told, line] = stderr.split(" All that is wrong: ");
  expect([code, told]).toEqual([
    2,
    `longhaul: --db ${path}: the file is damaged: the row of run 2 is not as it was written. Use a copy from before.`,
  ]);
  expect(line).toMatch(/ verify --file\n$/);
});
