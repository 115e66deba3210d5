import { spawnSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { finished, longhaul, main, toldRows, start, temporaryFolder, until } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "x.db");
const run = ["run", "--engine", "scripted:p=0.9,delay-ms=100", "--rollouts", "8", "--turns", "30", "--quiet"];
const short = ["run", "--engine", "scripted:p=0.9", "--rollouts", "2", "--turns", "3", "--quiet"];

/** A file whose run is marked running, with another writer. */
function heldBy(name: string, change: string): string {
  const path = join(folder, `${name}.db`);
  copyFileSync(db, path);
  const database = new Sqlite(path);
  database.exec(
    `UPDATE run SET status = 'running', error = NULL, pid = 999999; UPDATE rollout SET end = NULL; ${change}`,
  );
  database.close();
  return path;
}

async function told(path: string): Promise<{ sql: unknown; export: string; ls: unknown }> {
  const [row] = await toldRows(path, "SELECT status, error FROM runs");
  const exported = await longhaul("export", "--what", "runs", "--format", "jsonl", "--db", path);
  const listed = await longhaul("ls", "--json", "--db", path);
  const of = (text: string): unknown => {
    const [first] = [JSON.parse(text) as unknown].flat(2) as {
      status?: string;
      runs?: { status: string }[];
    }[];
    return first?.status ?? first?.runs?.[0]?.status;
  };
  return { sql: row?.["status"], export: String(of(exported.stdout.trim())), ls: of(listed.stdout) };
}

beforeAll(async () => {
  expect((await longhaul(...short, "--db", db)).code).toBe(0);
});

describe("a run that is marked running", () => {
  const soon = "strftime('%s', 'now') * 1000 + 60000";
  const past = "strftime('%s', 'now') * 1000 - 1000";
  const elsewhere = "boot = 'another', namespace = 'pid:[1]', host = 'elsewhere'";
  it.each([
    ["interrupted", "here, and its process is gone", `UPDATE lease SET until_ms = ${soon}`],
    ["running", "elsewhere, with a word that is young", `UPDATE lease SET ${elsewhere}, until_ms = ${soon}`],
    [
      "interrupted",
      "elsewhere, with a word that is old",
      `UPDATE lease SET ${elsewhere}, until_ms = ${past}`,
    ],
    [
      "running",
      "in another container of this machine",
      `UPDATE lease SET namespace = 'pid:[1]', until_ms = ${soon}`,
    ],
    [
      "running",
      "here, and its process lives, however old its word",
      `UPDATE lease SET until_ms = ${past}; UPDATE run SET pid = ${process.pid}, process_start = NULL`,
    ],
    ["interrupted", "of a version without leases, and its process is gone", "DELETE FROM lease"],
  ])("is %s everywhere: %s", async (status, name, change) => {
    const path = heldBy(name.replaceAll(/\W+/g, "-"), change);
    expect(await told(path)).toEqual({ sql: status, export: status, ls: status });
    // Whoever writes marks what is given up, and nothing else.
    await longhaul(...short, "--db", path);
    const database = new Sqlite(path, { readonly: true });
    expect(database.prepare("SELECT status FROM run WHERE id = 1").pluck().get()).toBe(status);
    database.close();
  });
});

describe("a run that another process took for gone", () => {
  it("is complete once it is, with every turn", async () => {
    const path = join(folder, "taken.db");
    const going = start([...run, "--db", path]);
    const end = finished(going);
    await until(path, "SELECT 1 FROM turns LIMIT 1");
    // As a process on another host whose clock is wrong would.
    const database = new Sqlite(path, { timeout: 10_000 });
    database.exec(
      "UPDATE run SET status = 'interrupted', error = 'the process ended without finishing'; UPDATE rollout SET end = 'interrupted' WHERE end IS NULL",
    );
    database.close();
    expect((await end).code).toBe(0);
    expect(await toldRows(path, "SELECT status, error FROM runs")).toEqual([
      { status: "complete", error: null },
    ]);
    expect(await toldRows(path, "SELECT count(*) AS n FROM turns")).toEqual([{ n: 240 }]);
    expect((await longhaul("verify", "--db", path)).code).toBe(0);
  });
});

/** A shell in which process numbers begin anew, as in a container. */
function inNamespace(...args: readonly string[]) {
  return spawnSync("unshare", ["-pf", "--mount-proc", process.execPath, main, ...args], { encoding: "utf8" });
}

// It takes rights that not every system gives.
const canUnshare = spawnSync("unshare", ["-pf", "--mount-proc", "true"]).status === 0;

describe.skipIf(!canUnshare)("another PID namespace", () => {
  it("gives up no run that goes on outside", async () => {
    const path = join(folder, "outside.db");
    const going = start([...run, "--db", path]);
    const end = finished(going);
    await until(path, "SELECT 1 FROM turns LIMIT 1");
    expect(inNamespace(...short, "--db", path).status).toBe(0);
    const inside = inNamespace("sql", "SELECT status FROM runs WHERE id = 1", "--db", path, "--json");
    expect(JSON.parse(inside.stdout)).toEqual([{ status: "running" }]);
    expect((await end).code).toBe(0);
    expect(await toldRows(path, "SELECT status FROM runs")).toEqual([
      { status: "complete" },
      { status: "complete" },
    ]);
    expect((await longhaul("verify", "--db", path)).code).toBe(0);
  });
});

describe("a trial of a suite whose process was killed on another machine", () => {
  const suite = join(folder, "held.yaml");
  const going = ["suite", "run", suite, "scripted:p=0.9", "--resume"];

  /** Half of it played, held for so long. */
  async function held(name: string, seconds: number): Promise<string> {
    const path = join(folder, `${name}.db`);
    writeFileSync(suite, "name: held\nexperiments: [{ use: horizon, rollouts: 4, turns: 6 }]\n");
    expect((await longhaul(...going, "--db", path, "--quiet")).code).toBe(0);
    const database = new Sqlite(path);
    database.exec(
      `DELETE FROM verdict WHERE turn_id IN (SELECT id FROM turn WHERE turn > 3); DELETE FROM turn WHERE turn > 3;
        UPDATE run SET status = 'running', pid = 999999; UPDATE rollout SET end = NULL, seal = NULL;
        UPDATE lease SET boot = 'another', namespace = 'pid:[1]', host = 'elsewhere',
          until_ms = strftime('%s', 'now') * 1000 + ${seconds * 1000}`,
    );
    database.close();
    return path;
  }

  it("is waited for, and goes on at the turn", async () => {
    const path = await held("killed", 10);
    const ran = await longhaul(...going, "--db", path);
    expect(ran.stderr).toMatch(
      /run 1 may still be played by process 999999 on elsewhere; waiting up to \d+ s/,
    );
    expect(ran.code).toBe(0);
    const turns = await toldRows(path, "SELECT count(*) AS turns, count(DISTINCT run_id) AS runs FROM turn");
    expect(turns).toEqual([{ turns: 24, runs: 1 }]);
  });

  it("is waited for on a disk that machines share, where nothing else may write before", async () => {
    const path = await held("shared", 10);
    const rollback = { LONGHAUL_JOURNAL: "rollback" };
    const ran = await finished(start([...going, "--db", path], rollback));
    expect(ran.stderr).toContain("run 1 may still be played by process 999999 on elsewhere");
    expect(ran.code).toBe(0);
    expect(await toldRows(path, "SELECT count(*) AS turns FROM turn")).toEqual([{ turns: 24 }]);
  });

  it("keeps nobody from being told to stop meanwhile", async () => {
    const path = await held("stopped", 60);
    const ran = start([...going, "--db", path], { LONGHAUL_JOURNAL: "rollback" });
    const ended = finished(ran);
    await new Promise<void>((done) => {
      ran.stderr?.on("data", (text: Buffer) => text.toString().includes("may still be played") && done());
    });
    ran.kill("SIGTERM");
    expect((await ended).code).toBe(75);
  });

  it("is left alone where it says a word", async () => {
    const path = await held("alive", 60);
    const ran = start([...going, "--db", path]);
    const ended = finished(ran);
    await new Promise((done) => setTimeout(done, 3000));
    const database = new Sqlite(path);
    database.exec("UPDATE lease SET until_ms = until_ms + 30000");
    database.close();
    const { code, stderr } = await ended;
    expect(stderr).toContain("failed: run 1 goes on elsewhere (process 999999 on elsewhere)");
    expect(code).toBe(1);
    expect(await toldRows(path, "SELECT count(*) AS n FROM run")).toEqual([{ n: 1 }]);
  });
});
