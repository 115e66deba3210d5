import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { suiteDocumentSchema } from "../../src/report/suite/suite-schema.ts";
import { longhaul } from "./in-process.ts";
import { query } from "./longhaul.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-suite-"));

function suiteFile(name: string, text: string): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, text);
  return path;
}

const small = suiteFile(
  "small",
  `name: small
defaults: { turns: 12, rollouts: 20 }
experiments:
  - use: horizon
  - use: self-conditioning
    rates: [0, 1]
    errors: [noise, replay]
    probe: [12]
  - use: capacity
    largest: 4
    coarse: 10
    fine: 20
  - use: format
`,
);
const models = ["scripted:p=0.9,conditioning=3", "scripted:p=0.97"];

describe("a suite", () => {
  it("carries out every trial, model by model in each arm, and compare prints a table per experiment", async () => {
    const db = join(folder, "a.db");
    const ran = await longhaul("suite", "run", small, ...models, "--db", db);
    expect(ran.stderr).toContain("[1/");
    expect(ran.code).toBe(0);
    const rows = await query(db, "SELECT experiment, arm, engine_spec, status, trial FROM run ORDER BY id");
    expect(rows.slice(0, 4).map(({ experiment, arm }) => [experiment, arm])).toEqual([
      ["horizon", "own history"],
      ["horizon", "own history"],
      ["self-conditioning", "noise 0 %"],
      ["self-conditioning", "noise 0 %"],
    ]);
    expect(rows[0]?.["engine_spec"]).not.toBe(rows[1]?.["engine_spec"]);
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(["complete"]));
    const compared = await longhaul("compare", "--db", db);
    for (const title of ["horizon", "self-conditioning", "capacity", "format"])
      expect(compared.stdout).toMatch(new RegExp(`^${title}$`, "m"));
    expect(compared.stdout).toBe(ran.stdout);
    const document = suiteDocumentSchema.parse(
      JSON.parse((await longhaul("compare", "--db", db, "--json")).stdout),
    );
    expect(document.experiments.map(({ experiment }) => experiment)).toEqual([
      "horizon",
      "self-conditioning",
      "capacity",
      "format",
    ]);
    const verified = await longhaul("verify", "--db", db);
    expect(verified.code).toBe(0);
  });

  it("goes on where it was, and only there", async () => {
    const db = join(folder, "b.db");
    await longhaul("suite", "run", small, models[0] ?? "", "--db", db, "--only", "horizon,format");
    const before = await query(db, "SELECT count(*) AS n FROM run");
    const resumed = await longhaul(
      "suite",
      "run",
      small,
      models[0] ?? "",
      "--db",
      db,
      "--only",
      "horizon,format",
      "--resume",
    );
    expect(resumed.stderr).toContain("finished before");
    expect(await query(db, "SELECT count(*) AS n FROM run")).toEqual(before);
    await longhaul("sql", "SELECT 1", "--db", db);
    const more = await longhaul(
      "suite",
      "run",
      small,
      ...models,
      "--db",
      db,
      "--only",
      "horizon",
      "--resume",
    );
    expect(more.stderr).toContain("1 trial carried out, 1 finished before");
  });

  it("goes on after a trial that fails, and its exit code tells", async () => {
    const db = join(folder, "c.db");
    const broken = join(folder, "broken.gguf");
    writeFileSync(broken, "not a model");
    const ran = await longhaul(
      "suite",
      "run",
      small,
      broken,
      models[1] ?? "",
      "--db",
      db,
      "--only",
      "horizon",
    );
    expect(ran.code).toBe(1);
    const rows = await query(db, "SELECT status, count(*) AS n FROM run GROUP BY status ORDER BY status");
    expect(rows).toEqual([
      { status: "complete", n: 1 },
      { status: "failed", n: 1 },
    ]);
  });

  it("can be planned without running anything", async () => {
    const db = join(folder, "d.db");
    const planned = await longhaul("suite", "plan", small, "--db", db, "--json");
    const { trials } = JSON.parse(planned.stdout) as {
      trials: { forecastMs: number | null; sameAs: number | null; experiment: string }[];
    };
    expect(trials.length).toBeGreaterThan(10);
    for (const { forecastMs, sameAs } of trials)
      if (sameAs === null) expect(forecastMs).toBeGreaterThan(0);
      else expect(forecastMs).toBeNull();
    expect(trials.filter(({ sameAs }) => sameAs !== null)).not.toEqual([]);
    expect(existsSync(db)).toBe(false);
    const dry = await longhaul("suite", "run", small, "--dry-run", "--db", db);
    expect(dry.stdout).toContain("in all");
  });

  it("names the line of a mistake, with exit code 2", async () => {
    const wrong = suiteFile("wrong", "name: wrong\nexperiments:\n  - use: horizon\n    turns: -1\n");
    const ran = await longhaul("suite", "run", wrong, models[0] ?? "", "--db", join(folder, "e.db"));
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("wrong.yaml:4:5 experiments.0.turns");
  });
});
