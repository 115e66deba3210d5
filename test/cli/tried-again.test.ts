import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { writeTinyLlama } from "../engine/llama/tiny-llama.ts";
import { finished, longhaul, query, start, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const model = join(folder, "tiny.gguf");
writeTinyLlama(model);

/** How many turns a run has so far. */
function turnsOf(db: string, runId: number): number {
  if (!existsSync(db)) return 0;
  const database = new Sqlite(db, { readonly: true });
  try {
    return database.prepare("SELECT count(*) FROM turn WHERE run_id = ?").pluck().get(runId) as number;
  } catch {
    return 0;
  } finally {
    database.close();
  }
}

/** Runs the model with four conversations at a time; the processes of these runs fault while they play. */
async function faulting(db: string, runIds: readonly number[]) {
  const size = ["--turns", "20", "--rollouts", "8", "--shots", "0", "--max-answer-tokens", "8"];
  const flags = ["--parallel", "4", "--gpu", "off", "--threads", "1", "--db", db];
  const going = start(["run", model, ...size, ...flags]);
  const done = finished(going);
  for (const runId of runIds) {
    while (turnsOf(db, runId) === 0 && going.exitCode === null)
      await new Promise((wait) => setTimeout(wait, 20));
    const pids = execFileSync("pgrep", ["-P", String(going.pid), "-f", "runs/worker"], { encoding: "utf8" });
    for (const pid of pids.trim().split("\n")) process.kill(Number(pid), "SIGSEGV");
  }
  return done;
}

const told = `SELECT r.status, r.parallel, (SELECT run_id FROM identity WHERE uid = i.replaces) AS replaces,
  i.trial_uid = (SELECT uid FROM identity WHERE run_id = 1) AS isOneTrial
  FROM run r JOIN identity i ON i.run_id = r.id ORDER BY r.id`;

describe.skipIf(!existsSync("/proc/self/stat"))("a trial whose process crashes", () => {
  it("is tried again with half the conversations, as a run that names the one before", async () => {
    const db = join(folder, "again.db");
    const { code, stderr } = await faulting(db, [1]);
    expect(code, stderr).toBe(0);
    expect(await query(db, told)).toEqual([
      { status: "failed", parallel: 4, replaces: null, isOneTrial: 1 },
      { status: "complete", parallel: 2, replaces: 1, isOneTrial: 1 },
    ]);
    const [warning] = await query(db, "SELECT data FROM event WHERE run_id = 2 AND kind = 'warning'");
    expect(warning?.["data"]).toContain("crashed with 4 conversations at a time (run 1)");
    expect(stderr).toMatch(/failed: .*SIGSEGV.*; tried again with 2 conversations at a time\n/);
    expect(stderr).not.toContain("longhaul resume");
    expect((await longhaul("verify", "--db", db)).code).toBe(0);
  }, 60_000);

  it("is left after the third time", async () => {
    const db = join(folder, "left.db");
    const { code, stderr } = await faulting(db, [1, 2, 3]);
    expect(code, stderr).toBe(1);
    const runs = (await query(db, told)).map(({ status, parallel }) => ({ status, parallel }));
    expect(runs).toEqual([4, 2, 1].map((parallel) => ({ status: "failed", parallel })));
    const { stdout } = await longhaul("resume", "--json", "--db", db);
    const open = JSON.parse(stdout) as { runs: { id: number }[] };
    expect(open.runs.map(({ id }) => id)).toEqual([3]);
  }, 60_000);
});
