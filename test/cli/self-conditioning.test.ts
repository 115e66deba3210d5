import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { suiteDocumentSchema } from "../../src/report/suite/suite-schema.ts";
import { longhaul } from "./in-process.ts";
import { query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "w.db");
const suite = join(folder, "one.yaml");
const models = ["scripted:p=0.9,conditioning=6,seed=1", "scripted:p=0.9,conditioning=0.5,seed=2"];

/** The experiment as `compare --json` has it. */
async function experiment(file = db) {
  const { stdout } = await longhaul("compare", "--db", file, "--json");
  const [found] = suiteDocumentSchema.parse(JSON.parse(stdout)).experiments;
  if (found === undefined) throw new Error("no experiment");
  return found;
}

describe("the self-conditioning experiment with the models' own history", () => {
  beforeAll(async () => {
    writeFileSync(
      suite,
      "name: one\ndefaults: { turns: 30, rollouts: 30 }\nexperiments:\n  - use: self-conditioning\n    rates: [0, 0.5, 1]\n    probe: [20, 30]\n    own: true\n",
    );
    await longhaul("suite", "run", suite, ...models, "--db", db, "--quiet");
  });

  it("sets it beside the planted errors at the turns that were probed, as the rows say", async () => {
    const [expected] = await query(
      db,
      `SELECT count(*) AS n, sum(turn_correct) AS correct, avg(1.0 * history_wrong / history_answers) AS shown
        FROM turns JOIN run ON run.id = run_id
        WHERE arm = 'own history' AND turn IN (20, 30) AND engine_spec LIKE '%conditioning=6%'`,
    );
    const { slopes } = await experiment();
    expect(slopes).toHaveLength(2);
    const own = slopes[0]?.own;
    expect(own).toMatchObject({ n: expected?.["n"], correct: expected?.["correct"] });
    expect(own?.n).toBe(60);
    expect(own?.shown).toBeCloseTo(Number(expected?.["shown"]), 12);
    expect(slopes[0]?.rates.map(({ rate, shown }) => [rate, Number(shown?.toFixed(1))])).toEqual([
      [0, 0],
      [0.5, 0.5],
      [1, 1],
    ]);
  });

  it("finds on which model planted errors weigh more, by about what was planted", async () => {
    const { slopePairs } = await experiment();
    const [pair] = slopePairs;
    expect(slopePairs).toHaveLength(1);
    expect(pair).toMatchObject({ isShown: true, clusters: 30 });
    expect(pair?.heavier).toContain("conditioning=6");
    expect(pair?.low ?? 0).toBeLessThan(-5.5);
    expect(pair?.high ?? 0).toBeGreaterThan(-5.5);
    expect(pair?.high ?? 0).toBeLessThan(0);
  });

  it("is said, and drawn with the own history as a mark of its own", async () => {
    const { stdout } = await longhaul("compare", "--db", db);
    expect(stdout.replace(/\s+/g, " ")).toMatch(/errors shown weigh more on \S+conditioning=6\S* than on/);
    const svg = await longhaul("export", "--db", db, "--svg", "conditioning-one-self-conditioning");
    expect(svg.code).toBe(0);
    expect(svg.stdout).toContain("errors shown");
  });
});

it("shows no difference between two models that answer alike", async () => {
  const [alike, one] = [join(folder, "alike.db"), join(folder, "two.yaml")];
  writeFileSync(
    one,
    "name: two\ndefaults: { turns: 20, rollouts: 10 }\nexperiments:\n  - use: self-conditioning\n    probe: [20]\n",
  );
  const specs = ["1000000", "2000000"].map(
    (size) => `scripted:p=0.9,conditioning=3,seed=1,parameters=${size}`,
  );
  await longhaul("suite", "run", one, ...specs, "--db", alike, "--quiet");
  const { slopePairs } = await experiment(alike);
  expect(slopePairs).toMatchObject([{ difference: 0, low: null, high: null, pValue: 1, isShown: false }]);
});
