import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { compareSchema } from "../../src/figures/compare-schema.ts";
import { longhaul, query, temporaryFolder } from "./longhaul.ts";

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
});

describe("a real model", () => {
  it("is compared with itself under another type of KV cache, and tells its bits a weight", async () => {
    const path = join(folder, "kv.db");
    for (const type of ["f16", "q8_0"])
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
    expect(pairs[0]?.agreement?.lesser).toContain("q8_0");
    const [first] = await query(path, "SELECT tensor_bytes * 8.0 / parameters AS bits FROM model");
    expect(groups.map(({ model }) => model.bitsPerWeight)).toEqual([first?.["bits"], first?.["bits"]]);
    expect(first?.["bits"]).toBeGreaterThan(16);
    expect(first?.["bits"]).toBeLessThan(18);
    const verified = await longhaul("verify", "--db", path);
    expect(verified.code).toBe(0);
  });
});
