import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { compareSchema } from "../../src/figures/compare-schema.ts";
import { suiteDocumentSchema } from "../../src/report/suite/suite-schema.ts";
import { longhaul } from "./in-process.ts";
import { query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "h.db");
/** Five sizes: how good a turn is, and whether it stays so. */
const planted = [
  { size: 135e6, p: 0.8 },
  { size: 360e6, p: 0.9 },
  { size: 1.7e9, p: 0.95 },
  { size: 4e9, p: 0.98 },
  { size: 8e9, p: 1 },
];
const models = planted.map(({ size, p }, at) => `scripted:p=${p},parameters=${size},seed=${at + 1}`);

beforeAll(async () => {
  const suite = join(folder, "h.yaml");
  writeFileSync(suite, "name: h\ndefaults: { turns: 60, rollouts: 50 }\nexperiments:\n  - use: headline\n");
  await longhaul("suite", "run", suite, ...models, "--quiet", "--db", db);
});

async function sheet() {
  const { stdout } = await longhaul("compare", "--db", db, "--json");
  const [experiment] = suiteDocumentSchema.parse(JSON.parse(stdout)).experiments;
  return experiment?.comparison;
}

/** Where the points of the charts stand, in the order of their series; arrows above them are silent. */
function marksIn(svg: string): { readonly x: number; readonly y: number }[] {
  const marks = svg.matchAll(
    /transform="matrix\([^,]+,0,0,[^,]+,([\d.]+),([\d.]+)\)"[^>]*ecmeta_ssr_type="chart"(?! ecmeta_silent)/g,
  );
  return [...marks].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
}

describe("the headline of five sizes", () => {
  it("shows one turn and the horizon where they were planted", async () => {
    const points = (await sheet())?.headline ?? [];
    expect(points.map(({ parameters }) => parameters).toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual(
      planted.map(({ size }) => size),
    );
    for (const { parameters, oneTurn, horizon, constant, label } of points) {
      const { p = 0 } = planted.find(({ size }) => size === parameters) ?? {};
      expect(label).toContain("own history");
      expect(oneTurn).toMatchObject({ n: 200, behind: "right answers" });
      expect(oneTurn?.low).toBeLessThanOrEqual(p);
      expect(oneTurn?.high).toBeGreaterThanOrEqual(p);
      const truth = p === 1 ? Number.POSITIVE_INFINITY : Math.floor(Math.log(0.5) / Math.log(p)) + 1;
      for (const { low, high } of [horizon, constant ?? { low: null, high: null }]) {
        expect(low ?? 0).toBeLessThanOrEqual(truth);
        expect(high ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(truth);
      }
    }
  });

  it("takes every figure from rows", async () => {
    const rows = await query(
      db,
      `SELECT total(turn_correct) AS correct, count(*) AS n FROM turns JOIN run ON run.id = run_id
        WHERE arm = 'one turn' AND turn = 2 GROUP BY run_id ORDER BY run_id`,
    );
    const points = (await sheet())?.headline ?? [];
    const told = planted.map(({ size }) => points.find(({ parameters }) => parameters === size)?.oneTurn);
    expect(told.map((one) => ({ correct: one?.correct, n: one?.n }))).toEqual(rows);
  });

  it("is drawn at the same numbers", async () => {
    const svg = join(folder, "h.svg");
    expect((await longhaul("export", "--svg", "headline", "--db", db, "-o", svg)).code).toBe(0);
    const marks = marksIn(readFileSync(svg, "utf8"));
    const points = (await sheet())?.headline ?? [];
    expect(marks).toHaveLength(2 * points.length);
    for (const [index, { parameters, oneTurn, horizon }] of points.entries()) {
      const [share, turns] = [marks[index], marks[points.length + index]];
      const decades = Math.log10(parameters ?? 0) - 8;
      // The charts reach from 56 to 315.2 and from 403.2 to 696 over two decades of size, and are 312 high: 1, and 100 turns.
      expect(share?.x).toBeCloseTo(56 + (259.2 * decades) / 2, 0);
      expect(share?.y).toBeCloseTo(348 - 312 * (oneTurn?.accuracy ?? 0), 0);
      expect(turns?.x).toBeCloseTo(403.2 + (292.8 * decades) / 2, 0);
      expect(turns?.y).toBeCloseTo(348 - (312 * Math.log10(horizon.turns ?? horizon.lastTurn)) / 2, 0);
    }
    const none = await longhaul("export", "--svg", "nothing", "--db", db);
    expect(none.stderr).toContain("headline");
  });
});

describe("single runs", () => {
  it("stand beside the run in which one turn was asked, else turn 2 stands in and says so", async () => {
    const path = join(folder, "runs.db");
    const run = (...args: readonly string[]) =>
      longhaul(
        "run",
        "--engine",
        "scripted:p=0.9",
        "--rollouts",
        "40",
        "--turns",
        "20",
        "--quiet",
        "--db",
        path,
        ...args,
      );
    await run("--name", "own");
    const alone = compareSchema.parse(JSON.parse((await longhaul("compare", "--db", path, "--json")).stdout));
    expect(alone.headline?.[0]?.oneTurn).toMatchObject({ of: "own", behind: "own answers", n: 40 });
    await run("--name", "asked", "--history", "healed", "--probe", "2", "--rollouts", "200");
    const both = await longhaul("compare", "own", "asked", "--metric", "headline", "--db", path, "--json");
    expect(both.code).toBe(0);
    const { headline = [] } = compareSchema.parse(JSON.parse(both.stdout));
    expect(headline.map(({ label, oneTurn }) => [label, oneTurn?.of, oneTurn?.behind, oneTurn?.n])).toEqual([
      ["own", "asked", "right answers", 200],
    ]);
    const text = await longhaul("compare", "own", "asked", "--metric", "headline", "--db", path);
    expect(text.stdout).toMatch(/own +9\d % \(.*\) +right answers +\d+ \(\d+ to \d+\)/);
    const csv = await longhaul("compare", "own", "asked", "--metric", "headline", "--db", path, "--csv");
    expect(csv.stdout).toMatch(/^label,parameters,bytes,bits_per_weight,one_turn_accuracy/);
  });
});
