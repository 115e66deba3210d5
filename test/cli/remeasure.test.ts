import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { batchesSeal, type SealedRow, sealRun } from "../../src/store/seal.ts";
import { type Finished, finished, longhaul, query, start, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const model = "models/longhaul-ref-late.gguf";

/** Everything of a run but what measuring again adds. */
const kept = [
  "SELECT * FROM turn ORDER BY id",
  "SELECT * FROM rollout ORDER BY rollout",
  "SELECT status, error, wall_ms, peak_rss_bytes, conditions FROM run",
  "SELECT * FROM batch WHERE phase <> 'remeasure' ORDER BY batch",
  "SELECT * FROM verdict ORDER BY turn_id",
];

function rows(db: string, sql: string): Record<string, unknown>[] {
  const database = new Sqlite(db, { readonly: true });
  try {
    return database.prepare(sql).all() as Record<string, unknown>[];
  } finally {
    database.close();
  }
}

const allOf = (db: string): unknown[] => kept.map((sql) => rows(db, sql));

/** What was found of the machine before and after the run. */
function held(db: string, isBack: boolean): void {
  const database = new Sqlite(db);
  database
    .prepare("UPDATE run SET conditions = json_set(conditions, '$.isHeldBack', json(?))")
    .run(String(isBack));
  sealRun(database, 1);
  database.close();
}

/** As if the machine had slept through batches; their seals hold. */
function disturb(db: string, where: string): void {
  const database = new Sqlite(db);
  const marked = database.prepare(`SELECT batch FROM batch WHERE phase = 'run' AND ${where}`).pluck().all();
  const mark = database.prepare("UPDATE batch SET mark = 'slept' WHERE batch = ?");
  for (const batch of marked) mark.run(batch);
  let together: SealedRow[] = [];
  for (const row of database.prepare("SELECT * FROM batch ORDER BY batch").all() as SealedRow[]) {
    together.push(row);
    if (row["seal"] === null) continue;
    database.prepare("UPDATE batch SET seal = ? WHERE batch = ?").run(batchesSeal(together, 1), row["batch"]);
    together = [];
  }
  database.close();
}

async function played(name: string, ...more: string[]): Promise<string> {
  const db = join(folder, `${name}.db`);
  const args = ["run", model, "--rollouts", "4", "--turns", "12", "--parallel", "2", "--threads", "1"];
  expect((await longhaul(...args, ...more, "--db", db, "--quiet")).code).toBe(0);
  held(db, false);
  return db;
}

interface Speed {
  readonly remeasuredTurns: number;
  readonly disturbance: { readonly sleptTimeShare: number };
  readonly ttftMs: { readonly p95: number };
}

async function speedOf(db: string): Promise<Speed> {
  const { stdout } = await longhaul("show", "1", "--json", "--db", db);
  return (JSON.parse(stdout) as { runs: { speed: Speed }[] }).runs[0]?.speed as Speed;
}

const remeasure = (db: string, ...more: string[]): Promise<Finished> =>
  longhaul("remeasure", "1", "--db", db, "--quiet", ...more);

describe("remeasure", () => {
  let db: string;
  /** A batch in the middle, of a turn that is neither the first nor the last. */
  let batch: number;
  beforeAll(async () => {
    db = await played("marked");
    const [turn] = rows(db, "SELECT first_batch AS first FROM turn WHERE rollout = 1 AND turn = 6");
    batch = turn?.["first"] as number;
    disturb(db, `batch IN (${batch}, ${batch + 1})`);
  });

  it("times disturbed turns again, whose answers and first times stay, and figures use the newer", async () => {
    const before = allOf(db);
    const speedBefore = await speedOf(db);
    expect(speedBefore).toMatchObject({ remeasuredTurns: 0 });
    expect(speedBefore.disturbance.sleptTimeShare).toBeGreaterThan(0);
    expect(await remeasure(db)).toMatchObject({ code: 0 });
    expect(allOf(db)).toEqual(before);
    expect((await longhaul("verify", "--db", db)).code).toBe(0);
    expect((await longhaul("verify", "--file", "--db", db)).code).toBe(0);
    const [again] = rows(db, "SELECT count(*) AS turns, max(session) AS session FROM remeasured");
    expect(again).toEqual({ turns: 2, session: 1 });
    expect(rows(db, "SELECT rebuilt, status_before FROM session")).toEqual([
      { rebuilt: "times", status_before: "complete" },
    ]);
    expect(rows(db, "SELECT in_place_of FROM batch WHERE in_place_of IS NOT NULL ORDER BY 1")).toEqual([
      { in_place_of: batch },
      { in_place_of: batch + 1 },
    ]);
    const speed = await speedOf(db);
    expect(speed).toMatchObject({ remeasuredTurns: 2, disturbance: { sleptTimeShare: 0 } });
    const both = `SELECT turn.ttft_ms AS was, again.ttft_ms AS newer, timed.ttft_ms AS told, batch.in_place_of AS place
      FROM remeasured AS again JOIN turn USING (run_id, rollout, turn, attempt)
      JOIN timed_turns AS timed USING (run_id, rollout, turn, attempt)
      JOIN batch ON batch.run_id = again.run_id AND batch.batch = again.first_batch`;
    for (const { was, newer, told, place } of await query(db, both)) {
      expect(newer).not.toBe(was);
      expect(told).toBe(newer);
      expect(place).toBe(batch);
    }
    expect((await longhaul("show", "1", "--db", db)).stdout.replaceAll(/\s+/g, " ")).toContain(
      "2 turns that something disturbed were measured again later",
    );
  }, 30_000);

  it("has nothing to do a second time, and finds changed times", async () => {
    const again = await longhaul("remeasure", "1", "--db", db);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain("nothing is to be done");
    expect(rows(db, "SELECT count(*) AS n FROM session")).toEqual([{ n: 1 }]);
    const database = new Sqlite(db);
    database.prepare("UPDATE remeasured SET ttft_ms = ttft_ms / 2 WHERE rollout = 1").run();
    database.close();
    const { code, stdout } = await longhaul("verify", "--db", db);
    expect(code).toBe(1);
    expect(stdout).toContain("times that were taken again are not as they were written");
    expect((await longhaul("verify", "--file", "--db", db)).stdout).toContain("newer times of turn");
  }, 30_000);

  it("times all turns where the machine was held back, and where it is killed goes on with the rest", async () => {
    const path = await played("killed", "--rollouts", "6", "--turns", "40", "--temperature", "0.5");
    held(path, true);
    const before = allOf(path);
    const child = start(["remeasure", "1", "--db", path, "--quiet"]);
    const end = finished(child);
    const count = (): number => rows(path, "SELECT * FROM remeasured").length;
    for (let tries = 0; tries < 2000 && count() < 10; tries++)
      await new Promise((done) => setTimeout(done, 5));
    child.kill("SIGKILL");
    await end;
    expect(count()).toBeGreaterThanOrEqual(10);
    expect(count()).toBeLessThan(240);
    expect(allOf(path)).toEqual(before);
    expect((await remeasure(path)).code).toBe(0);
    expect(count()).toBe(240);
    expect(allOf(path)).toEqual(before);
    expect((await longhaul("verify", "--db", path)).code).toBe(0);
    expect(await speedOf(path)).toMatchObject({ remeasuredTurns: 240 });
  }, 60_000);

  it("refuses a simulated run, one that goes on, and another model", async () => {
    const simulated = join(folder, "simulated.db");
    const run = ["run", "--engine", "scripted:p=0.9", "--rollouts", "2", "--turns", "3", "--quiet"];
    await longhaul(...run, "--db", simulated);
    disturb(simulated, "batch = 2");
    expect(await remeasure(simulated)).toMatchObject({ code: 2 });
    const other = await played("other", "--turns", "3");
    disturb(other, "batch >= 0");
    const before = rows(other, "SELECT * FROM run");
    const refused = await remeasure(other, "--model", "models/longhaul-ref-early.gguf");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("the model's file: was");
    expect(rows(other, "SELECT * FROM run")).toEqual(before);
  }, 30_000);
});
