import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { longhaul, query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const model = resolve(import.meta.dirname, "../../models/longhaul-ref-early.gguf");
const small = ["--rollouts", "2", "--turns", "4", "--threads", "1", "--quiet"];

interface Duration {
  readonly runId: number;
  readonly ms: number;
  readonly isOnlySpeed: boolean;
  readonly speed: { readonly threads: number | null };
}

async function durations(db: string): Promise<Duration[]> {
  const { stdout } = await longhaul("power", "--h50", "20", "--ratio", "2", "--db", db, "--json");
  const { rows } = JSON.parse(stdout) as { rows: { durations: Duration[] }[] };
  return rows[0]?.durations ?? [];
}

describe("what power is timed by", () => {
  it("is the newest whole plain run, not a probe, a vote, another history or a run to the first error", async () => {
    const db = join(folder, "power.db");
    await longhaul("run", model, ...small, "--history", "healed", "--probe", "4", "--db", db);
    expect(await durations(db)).toEqual([]);
    await longhaul("run", model, ...small, "--db", db);
    const [plain] = await durations(db);
    expect(plain).toMatchObject({ runId: 2, isOnlySpeed: true });
    await longhaul("run", model, ...small, "--history", "healed", "--probe", "4", "--db", db);
    await longhaul("run", model, ...small, "--votes", "majority:3", "--temperature", "1", "--db", db);
    await longhaul("run", model, ...small, "--until", "first-error", "--db", db);
    await longhaul("run", model, ...small, "--history", "window:1", "--db", db);
    await longhaul("run", model, ...small, "--keys-per-turn", "3", "--db", db);
    expect(await durations(db)).toEqual([plain]);
  });

  it("names the run where the model ran under several speed settings, and knows it by its content", async () => {
    const db = join(folder, "speeds.db");
    for (const parallel of ["1", "2"])
      await longhaul("run", model, ...small, "--parallel", parallel, "--db", db);
    // The same file, moved.
    change(db, "UPDATE model SET path = '/elsewhere.gguf'");
    const [only, ...others] = await durations(db);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ runId: 2, isOnlySpeed: false, speed: { threads: 1, parallel: 2 } });
    const { stdout } = await longhaul("power", "--h50", "20", "--ratio", "2", "--db", db);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("Its time is that of run 2: 1 thread, 2 at a time");
  });
});

interface Planned {
  readonly arm: string;
  readonly forecastMs: number;
  readonly forecastMostMs: number;
}

async function planned(suite: string, db: string): Promise<Planned[]> {
  const { stdout } = await longhaul("suite", "plan", suite, model, "--db", db, "--json");
  return (JSON.parse(stdout) as { trials: Planned[] }).trials;
}

/** Rates that no machine has, so that a forecast tells which run it was made by. */
function slowDown(db: string, runId: number): void {
  change(db, `UPDATE batch SET start_ms = start_ms * 1e6, end_ms = end_ms * 1e6 WHERE run_id = ${runId}`);
}

function change(db: string, sql: string): void {
  const file = new Sqlite(db);
  file.exec(sql);
  file.close();
}

describe("what a suite's plan is timed by", () => {
  it("takes a run with the same threads, whatever its path, and no other", async () => {
    const db = join(folder, "plan.db");
    const two = ["--rollouts", "2", "--turns", "4", "--quiet"];
    const suite = join(folder, "threads.yaml");
    writeFileSync(
      suite,
      "name: t\ndefaults: { turns: 4, rollouts: 2, threads: 1 }\nexperiments:\n  - use: horizon\n",
    );
    await longhaul("run", model, ...two, "--threads", "1", "--db", db);
    change(db, "UPDATE model SET path = '/elsewhere.gguf'");
    slowDown(db, 1);
    expect((await planned(suite, db))[0]?.forecastMs).toBeGreaterThan(1e6);
    await longhaul("run", model, ...two, "--threads", "2", "--db", db);
    expect((await planned(suite, db))[0]?.forecastMs).toBeGreaterThan(1e6);
    change(db, `UPDATE run SET settings = json_set(settings, '$.threads', 2) WHERE id = 1`);
    expect((await planned(suite, db))[0]?.forecastMs).toBeLessThan(1e6);
  });

  it("forecasts a search from the fewest steps that it can take to the most", async () => {
    const db = join(folder, "search.db");
    const suite = join(folder, "search.yaml");
    writeFileSync(
      suite,
      "name: s\nexperiments:\n  - use: capacity\n    largest: 4\n    coarse: 2\n    fine: 2\n    threads: 1\n    modes: [direct, cot]\n",
    );
    await longhaul("run", model, "--rollouts", "2", "--turns", "4", "--threads", "1", "--quiet", "--db", db);
    const searches = await planned(suite, db);
    expect(searches.map(({ arm }) => arm)).toEqual([
      "direct K=1, search, then as found",
      "cot K=1, search, then as found",
    ]);
    const [run] = await query(
      db,
      "SELECT wall_ms - (SELECT sum(end_ms - start_ms) FROM batch) AS start FROM run",
    );
    // A trial takes its start and more: three of them at least, eight at most (1, 2, 4, 3, then 1 to 4).
    const start = Number(run?.["start"]);
    expect(searches[0]?.forecastMs).toBeGreaterThan(3 * start);
    expect(searches[0]?.forecastMostMs).toBeGreaterThan(8 * start);
    const { stdout } = await longhaul("suite", "plan", suite, model, "--db", db);
    expect(stdout).toMatch(/About \S+ \w+ to \S+ \w+ in all/);
  });
});
