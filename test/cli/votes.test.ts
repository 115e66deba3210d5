import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { suiteDocumentSchema } from "../../src/report/suite/suite-schema.ts";
import { longhaul } from "./in-process.ts";
import { query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "w.db");
const suite = join(folder, "one.yaml");
const model = "scripted:p=0.7,cot-tokens=60";
const carryOut = (...flags: readonly string[]) =>
  longhaul("suite", "run", suite, model, "--db", db, ...flags);

describe("votes matched by tokens to chain of thought", () => {
  beforeAll(async () => {
    writeFileSync(
      suite,
      "name: one\ndefaults: { turns: 8, rollouts: 12, keysPerTurn: 2 }\nexperiments:\n  - use: votes\n",
    );
    await carryOut("--quiet");
  });

  it("draw as many samples as the rows of both say", async () => {
    const means = await query(
      db,
      "SELECT arm, sum(decoded_tokens) * 1.0 / count(*) AS mean FROM turns JOIN run ON run.id = run_id WHERE attempt = 1 GROUP BY arm",
    );
    const mean = (arm: string) => Number(means.find((one) => one["arm"] === arm)?.["mean"]);
    const [run] = await query(db, "SELECT arm FROM run WHERE arm LIKE 'majority%'");
    const samples = Math.round(mean("chain of thought") / mean("direct"));
    expect(samples).toBeGreaterThan(5);
    expect(run?.["arm"]).toBe(`majority of ${samples}`);
    const { stdout } = await longhaul("compare", "--db", db, "--json");
    const { rows } = suiteDocumentSchema.parse(JSON.parse(stdout)).experiments[0] ?? { rows: [] };
    const spent = Object.fromEntries(rows.map(({ arm, costs }) => [arm, costs]));
    const [vote, thought] = [spent[`majority of ${samples}`], spent["chain of thought"]];
    expect(vote?.samples).toBe(samples);
    const ratio = (vote?.decodedTokens ?? 0) / (thought?.decodedTokens ?? 1);
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });

  it("are said and drawn beside it", async () => {
    const { stdout } = await longhaul("compare", "--db", db);
    expect(stdout.replace(/\s+/g, " ")).toMatch(
      /decoded tokens a turn chain of thought is right in .* the vote gets more right/,
    );
    const svg = await longhaul("export", "--db", db, "--svg", "votes-one-votes");
    expect(svg.stdout).toContain("decoded tokens a turn");
  });

  it("are not drawn again by a suite that goes on", async () => {
    const { stdout } = await carryOut("--resume", "--json");
    expect(stdout).toContain("majority of");
    const [runs] = await query(db, "SELECT count(*) AS n FROM run");
    expect(runs?.["n"]).toBe(3);
  });

  it("stand in the plan from the fewest samples to the most", async () => {
    const { stdout } = await longhaul("suite", "plan", suite, model, "--db", db);
    expect(stdout).toContain("majority of 2 to majority of 100");
  });
});
