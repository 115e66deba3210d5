import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { hasWal } from "../../src/store/shared-disk.ts";
import { type Finished, finished, longhaul, query, start, temporaryFolder, until } from "./longhaul.ts";

const folder = temporaryFolder();
const run = ["run", "--engine", "scripted:p=0.8", "--rollouts", "3", "--turns", "5", "--quiet"];
const slow = run.map((part) => part.replace("p=0.8", "p=0.8,delay-ms=700"));
const local = join(folder, "local.db");

beforeAll(async () => {
  expect((await longhaul(...run, "--db", local)).code).toBe(0);
});

/** As on a disk that other machines mount. */
function shared(...args: readonly string[]): Promise<Finished> {
  return finished(start(args, { LONGHAUL_JOURNAL: "rollback" }));
}

describe("a file on a disk that other machines may mount", () => {
  it("has a rollback journal, and nothing beside it once a run is done", async () => {
    const place = join(folder, "far");
    mkdirSync(place);
    const path = join(place, "x.db");
    const end = shared(...slow, "--db", path);
    await new Promise((done) => setTimeout(done, 2_500));
    expect(readdirSync(place)).not.toContain("x.db-wal");
    expect((await end).code).toBe(0);
    expect(readdirSync(place)).toEqual(["x.db"]);
    expect(hasWal(path)).toBe(false);
    expect((await shared("verify", "--db", path)).code).toBe(0);
  });

  it("that had a log is read from a copy, which is told, and leaves the log when it is written", async () => {
    const path = join(folder, "moved.db");
    copyFileSync(local, path);
    if (existsSync(`${local}-wal`)) copyFileSync(`${local}-wal`, `${path}-wal`);
    const before = readFileSync(path);
    const { code, stderr, stdout } = await shared("ls", "--json", "--db", path);
    expect([code, (JSON.parse(stdout) as unknown[]).length]).toEqual([0, 1]);
    expect(stderr).toContain("has a write-ahead log: it is left alone, and a copy in");
    expect(readFileSync(path).equals(before)).toBe(true);
    expect((await shared(...run, "--db", path)).code).toBe(0);
    expect(hasWal(path)).toBe(false);
    const later = await shared("ls", "--db", path);
    expect([later.code, later.stderr]).toEqual([0, ""]);
    expect(await query(path, "SELECT count(*) AS n FROM turns")).toEqual([{ n: 30 }]);
  });

  it.each([
    ["another host", "boot = 'another', namespace = 'pid:[1]', host = 'node7'", 60_000, 2],
    [
      "another host, whose word is too old",
      "boot = 'another', namespace = 'pid:[1]', host = 'node7'",
      -1_000,
      0,
    ],
    ["a process here that is gone", "until_ms = until_ms", 60_000, 0],
  ])("is refused to a second writer while a run goes on: %s", async (name, where, untilMs, code) => {
    const path = join(folder, `${name.replaceAll(/\W+/g, "-")}.db`);
    expect((await shared(...run, "--db", path)).code).toBe(0);
    const database = new Sqlite(path);
    database.exec(`UPDATE run SET status = 'running', pid = 999999; UPDATE rollout SET end = NULL;
      UPDATE lease SET ${where}`);
    database.prepare("UPDATE lease SET until_ms = ?").run(new Date().getTime() + untilMs);
    database.close();
    const second = await shared(...run, "--db", path);
    expect(second.code, second.stderr).toBe(code);
    if (code === 2)
      expect(second.stderr).toMatch(
        /--db .*: lies on a shared disk .*, where only one process may write at a time, and run 1 goes on in it \(process 999999 on node7\)\. Wait for its end/,
      );
    // Where the disk is this machine's own it may.
    expect((await longhaul(...run, "--db", path)).code).toBe(0);
  });

  it("is refused to a second run of this host, too", async () => {
    const path = join(folder, "two.db");
    const end = shared(...slow, "--turns", "15", "--db", path);
    await until(path, "SELECT 1 FROM runs LIMIT 1");
    const second = await shared(...run, "--db", path);
    expect([second.code, second.stderr]).toEqual([2, expect.stringContaining("run 1 goes on in it")]);
    expect((await end).code).toBe(0);
    expect(await query(path, "SELECT count(*) AS n FROM turns")).toEqual([{ n: 45 }]);
  });
});
