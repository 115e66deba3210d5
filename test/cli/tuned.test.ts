import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { longhaul, query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const models = resolve(import.meta.dirname, "../../models");
const [early, late] = ["early", "late"].map((name) => join(models, `longhaul-ref-${name}.gguf`)) as [
  string,
  string,
];
const size = ["--rollouts", "16", "--turns", "2", "--threads", "1"];

interface Tried {
  readonly parallel: number;
  readonly tokensPerSecond: number;
}

/** What was tried, of each measurement that the file holds. */
async function measurements(db: string): Promise<Tried[][]> {
  const rows = await query(db, "SELECT found FROM tuned ORDER BY id");
  return rows.map(({ found }) => (JSON.parse(String(found)) as { tried: Tried[] }).tried);
}

async function lastRuns(db: string, count: number): Promise<number[]> {
  const rows = await query(db, `SELECT parallel FROM run ORDER BY id DESC LIMIT ${count}`);
  return rows.map(({ parallel }) => Number(parallel));
}

/** Rewrites what was measured of one model, so that a run tells whether it goes by it. */
function plant(db: string, id: number, rates: Readonly<Record<number, number>>): void {
  const tried = Object.entries(rates).map(([parallel, tokensPerSecond]) => ({
    parallel: Number(parallel),
    tokensPerSecond,
  }));
  const file = new Sqlite(db);
  file
    .prepare("UPDATE tuned SET found = json_set(found, '$.tried', json(?), '$.ended', 'all') WHERE id = ?")
    .run(JSON.stringify(tried), id);
  file.close();
}

describe("--parallel auto", () => {
  it("is not measured for a short run, which says so and plays as many as usual", async () => {
    const db = join(folder, "short.db");
    // What is known of other settings is no help.
    await longhaul("run", early, ...size, "--retune", "--kv-type-k", "q8_0", "--quiet", "--db", db);
    const { stderr } = await longhaul("run", early, ...size, "--db", db);
    expect(stderr).toContain(
      "longhaul-ref-early: 16 at a time: a short run: not measured how many are fastest",
    );
    expect(await lastRuns(db, 1)).toEqual([16]);
    expect((await measurements(db)).length).toBe(1);
  });

  it("would be measured for a long run, which a plan says, and nothing is written", async () => {
    const db = join(folder, "planned.db");
    const long = ["--rollouts", "10000", "--turns", "60", "--threads", "1", "--dry-run", "--json"];
    const { stdout } = await longhaul("run", early, ...long, "--db", db);
    const [model] = (JSON.parse(stdout) as { models: { parallel: number; parallelBecause: string }[] })
      .models;
    expect(model).toMatchObject({
      parallel: 32,
      parallelBecause: "how many are fastest will be measured first",
    });
    expect(existsSync(db)).toBe(false);
  });

  it("is measured with --retune, and what was found is taken again until it is asked for anew", async () => {
    const db = join(folder, "again.db");
    const measured = await longhaul("run", early, ...size, "--retune", "--db", db);
    expect(measured.code).toBe(0);
    const [tried = []] = await measurements(db);
    expect(tried.map(({ parallel }) => parallel)).toEqual([1, 4, 8, 16].slice(0, tried.length));
    expect(tried.length).toBeGreaterThan(0);
    for (const { tokensPerSecond } of tried) expect(tokensPerSecond).toBeGreaterThan(0);
    expect(measured.stderr).toMatch(/at a time: \d+ tokens\/s .*, at \d+ tokens/);
    const [run] = await query(db, "SELECT tuning FROM run");
    expect(JSON.parse(String(run?.["tuning"]))).toMatchObject({ conversationsTried: tried });

    plant(db, 1, { 1: 100, 4: 200, 8: 215, 16: 219 });
    const taken = await longhaul("run", early, ...size, "--db", db);
    expect(taken.stderr).toMatch(
      /4 at a time: 200 tokens\/s against 100 with 1 \(16: 219, less than 10 % more\), at \d+ tokens; measured on [\d-]+, --retune measures anew/,
    );
    expect(await lastRuns(db, 1)).toEqual([4]);
    expect((await measurements(db)).length).toBe(1);
    await longhaul("run", early, ...size, "--retune", "--db", db);
    expect((await measurements(db)).length).toBe(2);
  });

  it("is one number for models that are measured together, in a suite, too", async () => {
    const db = join(folder, "together.db");
    await longhaul("run", early, late, ...size, "--retune", "--quiet", "--db", db);
    const [one = 0, other] = await lastRuns(db, 2);
    expect(one).toBe(other);
    // Alone 4 and 16; together 8 is the best.
    plant(db, 1, { 1: 100, 4: 200, 8: 190, 16: 100 });
    plant(db, 2, { 1: 100, 4: 200, 8: 300, 16: 420 });
    const ran = await longhaul("run", late, early, ...size, "--db", db);
    expect(await lastRuns(db, 2)).toEqual([8, 8]);
    expect(ran.stderr).toMatch(/early: 8 at a time: 190 tokens\/s .*; the same number for all models/);
    // A trial of a suite plays one model, and goes by all of them.
    const suite = join(folder, "suite.yaml");
    const defaults = "{ rollouts: 16, turns: 2, threads: 1 }";
    writeFileSync(suite, `name: s\ndefaults: ${defaults}\nexperiments:\n  - use: horizon\n`);
    await longhaul("suite", "run", suite, early, late, "--quiet", "--db", db);
    expect(await query(db, "SELECT DISTINCT parallel FROM run WHERE suite = 's'")).toEqual([{ parallel: 8 }]);
    expect((await measurements(db)).length).toBe(2);
  });

  it("refuses --retune where nothing would be measured", async () => {
    const asked = await longhaul("run", early, ...size, "--parallel", "4", "--retune");
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain("--retune: nothing is measured with --parallel 4. Leave one of them out.");
    const simulated = await longhaul("run", "--engine", "scripted", "--retune");
    expect(simulated.code).toBe(2);
    expect(simulated.stderr).toContain("--retune: nothing is measured of a simulated model");
  });
});
