import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { commandLine } from "../register/command-line.ts";
import { type Finished, finished, query, start, temporaryFolder, until } from "./longhaul.ts";

const folder = temporaryFolder();
/** Most of it has nothing to do with being a process. */
const longhaul = (...args: readonly string[]): Promise<Finished> => commandLine(args, "");
const clean = join(folder, "clean.db");
const run = ["run", "--engine", "scripted:p=0.8", "--rollouts", "4", "--turns", "6", "--quiet"];

beforeAll(async () => {
  for (const more of [[], ["--history", "injected:rate=0.5,error=replay,run=1"], ["--name", "third"]])
    expect((await longhaul(...run, ...more, "--db", clean)).code).toBe(0);
});

function copied(name: string): string {
  const path = join(folder, `${name}.db`);
  copyFileSync(clean, path);
  return path;
}

/** How many rows of each table name a run, or a turn of it. */
function rowsOf(path: string, runId: number): Record<string, number> {
  const database = new Sqlite(path, { readonly: true });
  const tables = database
    .prepare(
      "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'run_id'",
    )
    .pluck()
    .all() as string[];
  const counts = tables.map((table) => [
    table,
    database.prepare(`SELECT count(*) FROM ${table} WHERE run_id = ?`).pluck().get(runId) as number,
  ]);
  const loose = database
    .prepare("SELECT count(*) FROM verdict WHERE turn_id NOT IN (SELECT id FROM turn)")
    .pluck()
    .get() as number;
  database.close();
  return { ...(Object.fromEntries(counts) as Record<string, number>), loose };
}

describe("longhaul rm", () => {
  it("asks first, and tells what else is concerned", async () => {
    const path = copied("asked");
    const before = readFileSync(path);
    const { code, stderr } = await longhaul("rm", "1", "3", "--db", path);
    expect(code).toBe(2);
    expect(stderr).toContain("rm: nobody can be asked here, so add --yes if that is meant.");
    expect(stderr).toContain(
      "run 1 (scripted:p=0.8): all 24 turns of it will be gone for good; its errors are shown again by run 2, for which they are kept\n",
    );
    expect(stderr).toMatch(/run 3 \(third\): all 24 turns of it will be gone for good\n/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("removes every row, leaves a mark that is known, and gives no number twice", async () => {
    const path = copied("removed");
    const { code, stdout } = await longhaul("rm", "3", "1", "--yes", "--json", "--db", path);
    expect(code).toBe(0);
    const { removed } = JSON.parse(stdout) as { removed: Record<string, unknown>[] };
    expect(removed.map(({ run: id, name, turns }) => [id, name, turns])).toEqual([
      [3, "third", 24],
      [1, "scripted:p=0.8", 24],
    ]);
    expect(removed[0]?.["uid"]).toMatch(/^u[0-9a-f]{31}$/);
    for (const id of [1, 3]) expect(new Set(Object.values(rowsOf(path, id)))).toEqual(new Set([0]));
    expect(rowsOf(path, 2)).toMatchObject({ turn: 24, rollout: 4, loose: 0 });
    const listed = (await longhaul("ls", "--db", path)).stdout;
    expect(listed).toContain("removed before: run 1 (scripted:p=0.8, 24 turns), run 3 (third, 24 turns)");
    // What run 2 showed of run 1 is still known.
    const verified = await longhaul("verify", "--db", path);
    expect([verified.code, verified.stdout]).toEqual([
      0,
      expect.stringMatching(/^run 2 .*: holds[^]*2 removed runs: the marks hold/),
    ]);
    expect((await longhaul("verify", "--file", "--db", path)).stdout).toContain("2 runs removed before");
    const gone = await longhaul("verify", "1", "--db", path);
    expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining("run 1 was removed from")]);
    expect((await longhaul(...run, "--db", path)).code).toBe(0);
    expect(await query(path, "SELECT id FROM runs ORDER BY id")).toEqual([{ id: 2 }, { id: 4 }]);
  });

  it("leaves a mark whose change is found", async () => {
    const path = copied("changed");
    await longhaul("rm", "3", "--yes", "--db", path);
    const database = new Sqlite(path);
    database.exec("UPDATE removed SET turns = 0");
    database.close();
    const verified = await longhaul("verify", "--db", path);
    expect([verified.code, verified.stdout]).toEqual([
      1,
      expect.stringContaining("1 removed run: changed since it was written, the mark of run 3"),
    ]);
    const file = await longhaul("verify", "--file", "--db", path);
    expect([file.code, file.stdout]).toEqual([1, expect.stringContaining("the mark of run 3")]);
  });

  it("removes none of several where one goes on, and none that is not there", async () => {
    const path = copied("going");
    const slow = run.map((part) => part.replace("p=0.8", "p=0.8,delay-ms=900"));
    const end = finished(start([...slow, "--db", path]));
    await until(path, "SELECT 1 FROM turns WHERE run_id = 4");
    const { code, stderr } = await longhaul("rm", "3", "4", "--yes", "--db", path);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/rm 4: run 4 goes on \(process \d+\)/)]);
    const other = await longhaul("rm", "9", "--yes", "--db", path);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("rm 9: no such run")]);
    expect((await end).code).toBe(0);
    expect(await query(path, "SELECT id FROM runs")).toHaveLength(4);
  });
});
