import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
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
const size = ["--rollouts", "16", "--turns", "1", "--threads", "1"];

interface Tried {
  readonly parallel: number;
  readonly tokensPerSecond: number;
}

/** Rewrites what was measured of one model, and makes it up of another, so that runs tell whether they go by it. */
function plant(db: string, rates: readonly [string, Readonly<Record<number, number>>][]): void {
  const file = new Sqlite(db);
  const [row] = file.prepare("SELECT at, machine_id, build, asked, found FROM tuned").all() as [
    Record<string, unknown>,
  ];
  file.exec("DELETE FROM tuned");
  for (const [path, speeds] of rates) {
    const tried = Object.entries(speeds).map(([parallel, tokensPerSecond]) => ({
      parallel: Number(parallel),
      tokensPerSecond,
    }));
    const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
    file
      .prepare(
        `INSERT INTO tuned (at, model_sha256, machine_id, build, asked, found) VALUES (@at, @sha256, @machine_id, @build,
          @asked, json_set(@found, '$.tried', json(@tried), '$.ended', 'all'))`,
      )
      .run({ ...row, sha256, tried: JSON.stringify(tried) });
  }
  file.close();
}

function forget(db: string): void {
  const file = new Sqlite(db);
  file.exec("DELETE FROM tuned");
  file.close();
}

const db = join(folder, "tuned.db");

describe("--parallel auto", () => {
  it("is measured with --retune, told, and stored", async () => {
    const few = ["--rollouts", "8", "--turns", "1", "--threads", "1"];
    const measured = await longhaul("run", early, ...few, "--retune", "--db", db);
    expect(measured.code).toBe(0);
    expect(measured.stderr).toMatch(/at a time: \d+ tokens\/s .*, at \d+ tokens/);
    const [run] = await query(db, "SELECT tuning, parallel, (SELECT found FROM tuned) AS found FROM run");
    const { tried } = JSON.parse(String(run?.["found"])) as { tried: Tried[] };
    expect(tried.map(({ parallel }) => parallel)).toEqual([1, 4, 8].slice(0, tried.length));
    expect(tried.length).toBeGreaterThan(0);
    for (const { tokensPerSecond } of tried) expect(tokensPerSecond).toBeGreaterThan(0);
    expect(JSON.parse(String(run?.["tuning"]))).toMatchObject({ conversationsTried: tried });
  });

  it("is one number for models that are measured together, by what was measured before", async () => {
    // Alone 4 and 16; together 8 is the best.
    plant(db, [
      [early, { 1: 100, 4: 200, 8: 190, 16: 100 }],
      [late, { 1: 100, 4: 200, 8: 300, 16: 420 }],
    ]);
    const ran = await longhaul("run", late, early, ...size, "--db", db);
    expect(await query(db, "SELECT parallel FROM run ORDER BY id DESC LIMIT 2")).toEqual([
      { parallel: 8 },
      { parallel: 8 },
    ]);
    expect(ran.stderr).toMatch(
      /early: 8 at a time: 190 tokens\/s .*; the same number for all models; measured on [\d-]+, --retune measures anew/,
    );
    expect(ran.stderr).toContain(
      "late: 8 at a time: 300 tokens/s against 200 with 4 (16: 420, but the number is chosen for all models together)",
    );
  });

  it("is one number for all arms of a suite, which one that goes on keeps", async () => {
    const suite = join(folder, "suite.yaml");
    writeFileSync(
      suite,
      `name: s
defaults: { rollouts: 16, turns: 1, threads: 1 }
experiments:
  - { use: horizon, name: one }
  - { use: horizon, name: two, turns: 2 }
`,
    );
    const options = ["--quiet", "--db", db];
    const played = `SELECT experiment, parallel, json_extract(tuning, '$.parallelBecause') AS because
      FROM run WHERE suite = 's' ORDER BY id`;
    await longhaul("suite", "run", suite, early, late, "--only", "one", ...options);
    const first = await query(db, played);
    expect(first.map(({ parallel }) => parallel)).toEqual([8, 8]);
    for (const { because } of first) expect(because).toContain("the same number for all models");
    forget(db);
    await longhaul("suite", "run", suite, early, "--resume", ...options);
    const all = await query(db, played);
    expect(all.slice(0, 2)).toEqual(first);
    expect(all.slice(2)).toEqual([
      { experiment: "horizon: two", parallel: 8, because: "as the other arms of this suite" },
    ]);
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
