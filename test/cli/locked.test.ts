import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { finished, longhaul, query, start, temporaryFolder, until } from "./longhaul.ts";

const folder = temporaryFolder();

/** Holds the file as another writer would, in the middle of a run. */
async function held(db: string, lockedMs: number, ...args: readonly string[]) {
  const end = finished(start(["run", "--rollouts", "4", "--db", db, ...args]));
  await until(db, "SELECT 1 FROM turns LIMIT 1");
  const other = new Sqlite(db, { timeout: 10_000 });
  other.exec("BEGIN IMMEDIATE");
  await new Promise((done) => setTimeout(done, lockedMs));
  other.exec("ROLLBACK");
  other.close();
  return end;
}

describe("a file that another process holds for longer than a writer waits at once", () => {
  it.concurrent.each([
    ["simulated", ["--engine", "scripted:p=0.9,delay-ms=300", "--turns", "20"]],
    [
      "real",
      [join(import.meta.dirname, "../../models/longhaul-ref-early.gguf"), "--turns", "60", "--parallel", "1"],
    ],
  ])("loses no turn, and it is told: %s", async (name, asked) => {
    const db = join(folder, `${name}.db`);
    const { code, stderr } = await held(db, 31_000, ...asked);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/another process holds the file, for [23]\d s already; what is finished waits/);
    const turns = 4 * Number(asked[asked.indexOf("--turns") + 1]);
    expect(await query(db, "SELECT count(*) AS n FROM turns")).toEqual([{ n: turns }]);
    expect(await query(db, "SELECT status FROM runs")).toEqual([{ status: "complete" }]);
    const verified = await longhaul("verify", "--db", db);
    expect(verified.code, verified.stdout).toBe(0);
  });

  it("lets a run be given up", async () => {
    const db = join(folder, "given-up.db");
    const model = join(import.meta.dirname, "../../models/longhaul-ref-early.gguf");
    const going = start(["run", model, "--rollouts", "2", "--turns", "400", "--db", db]);
    const end = finished(going);
    await until(db, "SELECT 1 FROM turns LIMIT 1");
    const other = new Sqlite(db, { timeout: 10_000 });
    other.exec("BEGIN IMMEDIATE");
    // The first lets the batch end, the second stops at once; what would still be written is given up then.
    going.kill("SIGINT");
    await new Promise((done) => setTimeout(done, 2_000));
    going.kill("SIGINT");
    const { code, stderr } = await end;
    other.close();
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("the database: another process holds the file"),
    ]);
    const { stdout } = await longhaul("ls", "--db", db, "--json");
    expect(stdout).toContain('"status": "interrupted"');
  });
});
