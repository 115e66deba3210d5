import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { compareSchema } from "../../src/figures/compare-schema.ts";
import { longhaul } from "./in-process.ts";
import { query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "w.db");
const late = resolve(import.meta.dirname, "../../models/longhaul-ref-late.gguf");
const size = ["--rollouts", "12", "--turns", "20", "--history", "healed", "--quiet"];

async function compared(path: string, ...flags: readonly string[]) {
  const { stdout } = await longhaul("compare", "--db", path, "--json", ...flags);
  return compareSchema.parse(JSON.parse(stdout));
}

describe("two quantizations of one model behind one given history", () => {
  beforeAll(async () => {
    for (const [name, spec] of Object.entries({
      full: "p=0.95,bits=16,seed=1,shared=0.7",
      small: "p=0.8,bits=4.5,seed=2,shared=0.7,format=0.1",
    }))
      await longhaul("run", "--engine", `scripted:${spec}`, "--name", name, ...size, "--db", db);
  });

  it("are compared answer by answer, as the rows say", async () => {
    const [counted] = await query(
      db,
      `SELECT count(*) AS turns, total(coalesce(a.answer, '') = coalesce(b.answer, '')) AS same,
          total(a.answer IS NULL AND b.answer IS NULL) AS neitherRead,
          total(b.turn_correct AND NOT a.turn_correct) AS onlyLesser,
          total(a.turn_correct AND NOT b.turn_correct) AS onlyReference
        FROM turns a JOIN turns b ON a.rollout = b.rollout AND a.turn = b.turn
        WHERE a.run_id = 1 AND b.run_id = 2 AND a.turn > 1`,
    );
    const { pairs } = await compared(db);
    const [pair] = pairs;
    expect(pair?.decidedBy).toBe("turns");
    expect(pair?.agreement).toMatchObject({ lesser: "small", reference: "full", ...counted });
    const { turns = 0, onlyLesser = 0, onlyReference = 0, worse, low, high } = pair?.agreement ?? {};
    expect(turns).toBe(12 * 19);
    expect(worse).toBeCloseTo((onlyReference - onlyLesser) / turns, 12);
    expect([low, high]).toEqual([pair?.turnAccuracy?.low, pair?.turnAccuracy?.high]);
  });

  it("say so in either order, the one with fewer bits as the one that may be worse", async () => {
    const { pairs } = await compared(db, "small", "full");
    expect(pairs[0]?.agreement).toMatchObject({ lesser: "small", reference: "full" });
  });

  it("stand with their bits a weight in tables about something else, too", async () => {
    for (const metric of ["horizon", "accuracy", "headline"]) {
      const { stdout } = await longhaul("compare", "--db", db, "--metric", metric);
      const [head = "", ...rows] = stdout.split("\n");
      expect(head, metric).toMatch(/ bits$/);
      expect(rows.slice(0, 2).map((row) => row.trim().split(/\s+/).at(-1))).toEqual(["16.00", "4.50"]);
    }
    const suite = join(folder, "s.yaml");
    writeFileSync(suite, "name: s\ndefaults: { turns: 6, rollouts: 8 }\nexperiments: [{ use: format }]\n");
    const models = ["scripted:p=0.9,bits=16", "scripted:p=0.9,bits=4.5"];
    const { stdout } = await longhaul(
      "suite",
      "run",
      suite,
      ...models,
      "--quiet",
      "--db",
      join(folder, "s.db"),
    );
    expect(stdout).toMatch(/^simulated model .* bits$/m);
  });
});

describe("two quantizations of which the gap of answers was stored", () => {
  const path = join(folder, "gap.db");

  beforeAll(async () => {
    for (const [name, spec] of Object.entries({
      full: "p=0.95,bits=16,seed=1,shared=0.7,gap=6,format=0.05",
      small: "p=0.9,bits=4.5,seed=2,shared=0.7,gap=4,format=0.05",
    }))
      for (const history of ["healed", "injected"])
        await longhaul(
          "run",
          "--engine",
          `scripted:${spec}`,
          "--name",
          name,
          ...size,
          "--history",
          history,
          "--confidence",
          "top2",
          "--db",
          path,
        );
  });

  it("tell its mean difference over turns that both answered, by instance", async () => {
    const rows = await query(
      path,
      `SELECT a.rollout, a.confidence AS mine, b.confidence AS theirs FROM turns a
        JOIN turns b ON a.rollout = b.rollout AND a.turn = b.turn
        WHERE a.run_id = 1 AND b.run_id = 3 AND a.turn > 1 AND a.answer IS NOT NULL AND b.answer IS NOT NULL
          AND a.confidence IS NOT NULL AND b.confidence IS NOT NULL`,
    );
    const gapOf = (text: unknown): number =>
      Math.min(...(JSON.parse(String(text)) as { gaps: number[] }).gaps);
    const differences = rows.map(({ mine, theirs }) => gapOf(theirs) - gapOf(mine));
    const { pairs } = await compared(path, "1", "3");
    const { gap, turns = 0 } = pairs[0]?.agreement ?? {};
    expect(gap).toMatchObject({ n: rows.length, clusters: 12 });
    expect(rows.length).toBeLessThan(turns);
    const mean = differences.reduce((sum, one) => sum + one, 0) / rows.length;
    expect(gap?.mean).toBeCloseTo(mean, 12);
    expect([gap?.low, gap?.high].map((end) => Math.sign((end ?? 0) + 2))).toEqual([-1, 1]);
  });

  it("are not set beside each other behind unlike histories", async () => {
    const { pairs } = await compared(path, "--across", "1", "2", "3", "4");
    const runs = pairs.map(
      ({ ahead, behind, agreement }) => [`${ahead} ${behind}`, agreement !== null] as const,
    );
    const isCompared = (left: number, right: number): boolean | undefined =>
      runs.find(([labels]) => labels.includes(`run ${left})`) && labels.includes(`run ${right})`))?.[1];
    expect([isCompared(1, 3), isCompared(2, 4)]).toEqual([true, true]);
    expect([isCompared(1, 4), isCompared(2, 3), isCompared(1, 2)]).toEqual([false, false, false]);
  });
});

describe("a real model", () => {
  it("is compared with itself under another type of KV cache, and tells its bits a weight", async () => {
    const path = join(folder, "kv.db");
    for (const type of ["q4_0", "q4_1"])
      await longhaul(
        "run",
        late,
        "--rollouts",
        "4",
        "--turns",
        "6",
        "--history",
        "healed",
        "--quiet",
        "--db",
        path,
        "--kv-type-k",
        type,
        "--kv-type-v",
        type,
        "--threads",
        "1",
      );
    const { pairs, groups } = await compared(path);
    expect(pairs[0]?.agreement).toMatchObject({ turns: 20, neitherRead: 0 });
    expect(pairs[0]?.agreement?.lesser).toContain("q4_0");
    const [first] = await query(path, "SELECT tensor_bytes * 8.0 / parameters AS bits FROM model");
    expect(groups.map(({ model }) => model.bitsPerWeight)).toEqual([first?.["bits"], first?.["bits"]]);
    expect(first?.["bits"]).toBeGreaterThan(16);
    expect(first?.["bits"]).toBeLessThan(18);
    const verified = await longhaul("verify", "--db", path);
    expect(verified.code).toBe(0);
  });
});
