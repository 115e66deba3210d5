import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { readArms } from "../../src/reading/runs.ts";
import { shareText } from "../../src/report/words/numbers.ts";
import { openDatabase } from "../../src/store/database.ts";
import type { SuiteDocument, SuiteExperiment } from "../../src/report/suite/suite-schema.ts";
import { commandLine } from "../register/command-line.ts";
import { type Finished, temporaryFolder } from "./longhaul.ts";

/** Which runs of a suite stand in which row, when its file was changed, stopped or carried out again. */
const folder = temporaryFolder();

interface Carried {
  readonly db: string;
  /** Settings of the suite, as its file has them under `defaults`. */
  readonly defaults: string;
  readonly experiments: readonly string[];
  readonly models?: readonly string[];
}

/** Carries out a suite called "s"; several times in one database it is one suite whose file was changed. */
async function carryOut({ db, defaults, experiments, models = [model] }: Carried): Promise<void> {
  const file = join(folder, "s.yaml");
  const parts = experiments.map((one) => `  - { ${one} }\n`).join("");
  writeFileSync(file, `name: s\ndefaults: { ${defaults} }\nexperiments:\n${parts}`);
  const { code, stderr } = await commandLine(
    ["suite", "run", file, ...models, "--quiet", "--db", join(folder, db)],
    "",
  );
  if (code === 2) throw new Error(stderr);
}

function compare(dbs: readonly string[], ...flags: readonly string[]): Promise<Finished> {
  return commandLine(["compare", ...dbs.flatMap((db) => ["--db", join(folder, db)]), ...flags], "");
}

async function documentOf(...dbs: readonly string[]): Promise<SuiteDocument> {
  const { stdout } = await compare(dbs, "--suite", "s", "--json");
  return JSON.parse(stdout) as SuiteDocument;
}

async function experimentIn(...dbs: readonly string[]): Promise<SuiteExperiment> {
  const [first] = (await documentOf(...dbs)).experiments;
  if (first === undefined) throw new Error("no experiment");
  return first;
}

/** Every figure of the rows, without what they are called. */
function figuresOf({ experiments }: SuiteDocument): string[] {
  return experiments
    .flatMap(({ experiment, rows, comparison, slopes, capacities }) => [
      ...rows.map(({ label: _label, setting: _setting, runs: _runs, ...row }, index) => {
        const { overallTurnAccuracy, taskAccuracy, horizons } = comparison.groups[index] ?? {};
        return [experiment, row, overallTurnAccuracy, taskAccuracy, horizons];
      }),
      ...slopes.map(({ kind: _kind, ...slope }) => [experiment, slope.slope, slope.rates]),
      ...capacities.map(({ setting: _setting, ...capacity }) => [experiment, capacity]),
    ])
    .map((figure) => JSON.stringify(figure))
    .toSorted();
}

function change(db: string, sql: string): void {
  const database = new Sqlite(join(folder, db));
  database.pragma("foreign_keys = OFF");
  database.exec(sql);
  database.close();
}

const model = "scripted:p=0.97,conditioning=-2,temperature-loss=2,key-loss=0.3";
const all = [
  "use: horizon",
  "use: degradation",
  "use: self-conditioning, rates: [0, 1]",
  "use: thinking",
  "use: capacity, largest: 4, coarse: 10, fine: 10",
  "use: turns-against-keys, steps: 12, keys: [1, 3]",
  "use: mitigations, windows: [2], majority: [3], ahead: [], heal: [5]",
  'use: ablations, tasks: ["dict-sum", retrieval]',
  "use: format",
  "use: temperature",
];
const wide = "turns: 8, rollouts: 10, valueMax: 99";
const narrow = "turns: 14, rollouts: 8, valueMax: 5, temperature: 1, seed: 2";

describe("a suite whose settings were changed", () => {
  it("has the rows, slopes and capacities of each, as if the other had never been", async () => {
    await carryOut({ db: "wide.db", defaults: wide, experiments: all });
    copyFileSync(join(folder, "wide.db"), join(folder, "both.db"));
    await carryOut({ db: "narrow.db", defaults: narrow, experiments: all });
    await carryOut({ db: "both.db", defaults: narrow, experiments: all });
    const both = await documentOf("both.db");
    const apart = await Promise.all(["wide.db", "narrow.db"].map((db) => documentOf(db)));
    expect(figuresOf(both)).toEqual(apart.flatMap(figuresOf).toSorted());
    for (const { experiment, rows } of both.experiments) {
      const labels = rows.map(({ label }) => label);
      expect(new Set(labels).size, experiment).toBe(labels.length);
    }
    const [, degradation] = both.experiments;
    expect(degradation?.rows.map(({ label, setting }) => [label, setting])).toEqual(
      ["valueMax 99, temperature 0", "valueMax 5, temperature 1"].flatMap((setting) => [
        [`own history, ${setting}`, setting],
        [`healed history, ${setting}`, setting],
      ]),
    );
    // Two files are one that holds both.
    expect(figuresOf(await documentOf("wide.db", "narrow.db"))).toEqual(figuresOf(both));
    const orders = [
      ["wide.db", "narrow.db"],
      ["narrow.db", "wide.db"],
    ] as const;
    const [one, other] = await Promise.all(orders.map((dbs) => compare(dbs, "--suite", "s")));
    expect(one?.stdout).toBe(other?.stdout);
  });

  it("compares each arm with the control of its own setting", async () => {
    const { experiments } = await documentOf("both.db");
    const settings = ["valueMax 99", "valueMax 5"];
    for (const { experiment, comparison } of experiments) {
      // Models of one setting that differ in nothing are compared by horizon alone.
      if (experiment === "horizon") continue;
      for (const { ahead, behind } of comparison.pairs)
        expect(settings.filter((text) => `${ahead}, `.includes(`${text}, `))).toEqual(
          settings.filter((text) => `${behind}, `.includes(`${text}, `)),
        );
    }
    const [, degradation] = experiments;
    expect(degradation?.findings.map((text) => text.split(": ")[0])).toEqual(
      settings.flatMap((text, index) => ["", ""].map(() => `healed history, ${text}, temperature ${index}`)),
    );
    expect(degradation?.comparison.pairs).toHaveLength(2);
  });

  it("says of an arm that its control was measured under other settings alone", async () => {
    await carryOut({ db: "half.db", defaults: wide, experiments: ["use: degradation"] });
    await carryOut({ db: "half.db", defaults: narrow, experiments: ["use: degradation"] });
    change("half.db", "DELETE FROM run WHERE id IN (2, 3)");
    expect((await experimentIn("half.db")).findings).toEqual([
      "healed history is compared with nothing: own history was not measured under its setting (they differ in valueMax and temperature).",
    ]);
  });

  it("pools the seeds of a setting, instance by instance", async () => {
    const experiments = ["use: self-conditioning, rates: [0, 1]"];
    for (const seed of [1, 2])
      await carryOut({ db: "seeds.db", defaults: `turns: 10, rollouts: 12, seed: ${seed}`, experiments });
    const { rows, slopes, comparison } = await experimentIn("seeds.db");
    expect(rows.map(({ runs }) => runs)).toEqual([
      ["1", "3"],
      ["2", "4"],
    ]);
    expect(comparison.groups.map(({ rollouts }) => rollouts.counted)).toEqual([24, 24]);
    expect(slopes).toMatchObject([{ clusters: 24, test: { pairs: 24 } }]);
  });
});

describe("a suite that was carried out again", () => {
  const experiments = ["use: degradation"];

  it("keeps the whole run where the repeat was stopped, and says so", async () => {
    await carryOut({ db: "again.db", defaults: "turns: 20, rollouts: 12", experiments });
    const before = await documentOf("again.db");
    await carryOut({ db: "again.db", defaults: "turns: 20, rollouts: 12", experiments });
    change(
      "again.db",
      `UPDATE run SET status = 'interrupted' WHERE id > 2; DELETE FROM turn WHERE run_id > 2 AND turn > 3;
        DELETE FROM batch WHERE run_id > 2;
        UPDATE rollout SET end = 'interrupted' WHERE run_id > 2;`,
    );
    const after = await documentOf("again.db");
    expect(figuresOf(after)).toEqual(figuresOf(before));
    expect(after.experiments[0]?.findings).toEqual(before.experiments[0]?.findings);
    expect(after.experiments[0]?.comparison.notes).toEqual([
      "each instance counts once, by the rollout that was let go furthest; left out as repetitions: run 3 (12 x 20, interrupted) and run 4 (12 x 20, interrupted).",
    ]);
  });

  it("counts what an unfinished run has, and says that it is unfinished", async () => {
    await carryOut({ db: "short.db", defaults: "turns: 20, rollouts: 12", experiments });
    change(
      "short.db",
      `UPDATE run SET status = 'running' WHERE id = 1;
        UPDATE run SET status = 'failed', error = 'The engine is gone.' WHERE id = 2;
        DELETE FROM turn WHERE run_id = 2 AND turn > 6; UPDATE rollout SET end = NULL WHERE run_id = 1;
        UPDATE rollout SET end = 'interrupted' WHERE run_id = 2;`,
    );
    const { comparison, rows } = await experimentIn("short.db");
    expect(comparison.groups.map(({ overallTurnAccuracy }) => overallTurnAccuracy.n)).toEqual([240, 72]);
    expect(rows.map(({ runs }) => runs)).toEqual([["1"], ["2"]]);
    expect(comparison.notes).toEqual([
      "own history counts with what it has: run 1 (12 x 20) is still going on.",
      "healed history counts with what it has: run 2 (12 x 20) failed (The engine is gone).",
    ]);
    const { stdout } = await compare(["short.db"], "--suite", "s");
    expect(stdout).toContain("note: own history counts with what it has: run 1 (12 x 20) is still going on.");
  });

  it("names a run that failed without an answer, and one that failed where older ones count", async () => {
    const broken = join(folder, "broken.gguf");
    writeFileSync(broken, "not a model");
    const models = [model, broken];
    await carryOut({ db: "failed.db", defaults: "turns: 6, rollouts: 4", experiments, models });
    await carryOut({ db: "failed.db", defaults: "turns: 6, rollouts: 4, seed: 2", experiments });
    change(
      "failed.db",
      "DELETE FROM turn WHERE run_id = 5; DELETE FROM rollout WHERE run_id = 5; UPDATE run SET status = 'failed' WHERE id = 5",
    );
    const { comparison, rows } = await experimentIn("failed.db");
    expect(rows.map(({ label, runs }) => [label, runs])).toEqual([
      ["own history", ["1"]],
      ["healed history", ["3", "6"]],
    ]);
    expect(comparison.notes).toHaveLength(3);
    expect(comparison.notes[0]).toBe(
      "the newest run of own history, run 5, failed: its figures are of older runs.",
    );
    expect(comparison.notes[1]).toMatch(
      /^own history, broken\.gguf answered nothing and is left out: run 2 \(4 x 6\) failed \(.+\)\.$/,
    );
  });
});

it("two files of one name are two models", async () => {
  const models = ["early", "late"].map((name) => {
    const own = join(folder, name);
    mkdirSync(own);
    const shipped = resolve(import.meta.dirname, `../../models/longhaul-ref-${name}.gguf`);
    copyFileSync(shipped, join(own, "tiny.gguf"));
    return join(own, "tiny.gguf");
  });
  const defaults = "turns: 3, rollouts: 2, threads: 1, gpu: off";
  await carryOut({ db: "names.db", defaults, experiments: ["use: horizon"], models });
  const { rows, comparison } = await experimentIn("names.db");
  expect(rows.map(({ runs }) => runs)).toEqual([["1"], ["2"]]);
  const names = comparison.groups.map(({ model: { sha256 } }) => `tiny (${sha256?.slice(0, 8)})`);
  expect(rows.map(({ label }) => label)).toEqual(names);
  expect(new Set(names).size).toBe(2);
});

describe("figures of pooled runs", () => {
  it("count a rollout as whole only where its run was meant to have all steps", async () => {
    const experiments = (steps: number) => [`use: turns-against-keys, steps: ${steps}, keys: [1, 3]`];
    await carryOut({ db: "steps.db", defaults: "rollouts: 30", experiments: experiments(12) });
    await carryOut({ db: "steps.db", defaults: "rollouts: 10", experiments: experiments(24) });
    await carryOut({ db: "long.db", defaults: "rollouts: 10", experiments: experiments(24) });
    const [pooled, long] = [await experimentIn("steps.db"), await experimentIn("long.db")];
    expect(pooled.comparison.groups.map(({ rollouts }) => rollouts.counted)).toEqual([30, 30]);
    expect(pooled.findings[0]).toMatch(/^Rollouts without an error after all 24 steps: /);
    expect(pooled.findings[0]).toBe(long.findings[0]);
  });

  it("name the wording where it alone tells two rows apart, each row with its own figures", async () => {
    const experiments = ["use: degradation"];
    await carryOut({ db: "words.db", defaults: "turns: 8, rollouts: 12, valueMax: 99", experiments });
    change("words.db", "UPDATE run SET prompt_hash = 'aaaabbbbcccc'");
    const reworded = "turns: 14, rollouts: 8, valueMax: 99, seed: 2";
    await carryOut({ db: "words.db", defaults: reworded, experiments });
    await carryOut({ db: "words.db", defaults: "turns: 8, rollouts: 12, valueMax: 5", experiments });
    const { rows, comparison } = await experimentIn("words.db");
    const settings = rows.map(({ setting }) => setting);
    expect(settings.filter((setting) => setting === "valueMax 99, wording aaaabbbb")).toHaveLength(2);
    expect(settings.filter((setting) => setting === "valueMax 5")).toHaveLength(2);
    const labels = rows.map(({ label }) => label);
    expect(new Set(labels).size).toBe(6);
    expect(comparison.groups.map(({ label }) => label)).toEqual(labels);
    expect(comparison.pairs).toHaveLength(3);
    const { stdout } = await compare(["words.db"], "--suite", "s", "--markdown");
    const lines = stdout.replaceAll("\\", "").split("\n");
    for (const { label, overallTurnAccuracy } of comparison.groups)
      expect(lines.find((line) => line.startsWith(`| ${label} |`))).toContain(
        `| ${shareText(overallTurnAccuracy)} |`,
      );
  });

  it("divide the time of all runs by all their turns, and leave times unlike apart", async () => {
    const experiments = ["use: mitigations, windows: [2], majority: [3], ahead: [], heal: []"];
    await carryOut({ db: "times.db", defaults: "turns: 20, rollouts: 8", experiments });
    await carryOut({ db: "times.db", defaults: "turns: 30, rollouts: 6", experiments });
    const times = ({ rows }: SuiteExperiment): (number | null)[] => rows.map(({ costs }) => costs.engineMs);
    const database = new Sqlite(join(folder, "times.db"));
    const wanted = database
      .prepare(
        `SELECT sum(ms) / sum(turns) FROM (SELECT run.id, arm,
            (SELECT sum(end_ms - start_ms) FROM batch WHERE run_id = run.id AND phase = 'run') AS ms,
            (SELECT count(*) FROM turn WHERE run_id = run.id AND attempt = 1) AS turns FROM run)
          GROUP BY arm ORDER BY min(id)`,
      )
      .pluck()
      .all() as number[];
    database.close();
    const twice = times(await experimentIn("times.db"));
    expect(twice).toHaveLength(wanted.length);
    for (const [index, ms] of wanted.entries()) expect(twice[index]).toBeCloseTo(ms, 6);
    change("times.db", "UPDATE run SET parallel = 3 WHERE id = 1");
    const unlike = await experimentIn("times.db");
    expect(times(unlike)).toEqual(twice.map((ms, index) => (index === 0 ? null : ms)));
    for (const flag of [[], ["--markdown"]]) {
      const { stdout } = await compare(["times.db"], "--suite", "s", ...flag);
      expect(stdout.replaceAll(/\s+/g, " ")).toMatch(
        /speeds under unlike settings are not put together: own history \(parallel \d+ and parallel \d+\); the speed table has a line for each\./,
      );
    }
  });

  it("mark turn accuracy of survivors, and say what that is", async () => {
    const defaults = "turns: 20, rollouts: 12";
    const experiments = ["use: temperature"];
    await carryOut({ db: "first.db", defaults: `${defaults}, until: first-error`, experiments });
    await carryOut({ db: "end.db", defaults, experiments });
    for (const flag of [[], ["--markdown"]]) {
      const [first, end] = await Promise.all(
        ["first.db", "end.db"].map(async (db) => (await compare([db], "--suite", "s", ...flag)).stdout),
      );
      const lines = first?.split("\n").filter((line) => /^(greedy {2}|\| greedy)/.test(line)) ?? [];
      expect(lines).toHaveLength(1);
      for (const line of lines) expect(line).toContain(" of survivors");
      expect(first).toContain("rollouts ended at their first error: turn accuracy is of survivors only.");
      expect(end).not.toContain("survivors");
    }
  });
});

it("two simulated models of one name are told apart by all their parameters", async () => {
  const models = ["p=0.97,conditioning=-2", "p=0.97,conditioning=-1"];
  await carryOut({
    db: "twins.db",
    defaults: "turns: 8, rollouts: 6",
    experiments: ["use: self-conditioning, rates: [0, 1]"],
    models: models.map((one) => `scripted:${one}`),
  });
  change("twins.db", "UPDATE run SET name = 'x'");
  const { rows, slopes } = await experimentIn("twins.db");
  expect(rows.map(({ model: name }) => name)).toEqual(models.flatMap((one) => [`x (${one})`, `x (${one})`]));
  expect(slopes.map(({ model: name }) => name)).toEqual(models.map((one) => `x (${one})`));
});

it("what turns were shown is read only for planted errors and for self-conditioning", () => {
  const database = openDatabase(join(folder, "wide.db"));
  const arms = readArms([{ path: "wide.db", database }], "s");
  const shown = arms.filter(({ group }) => group.rows.some((rows) => rows.shown !== null));
  database.close();
  expect(new Set(shown.map(({ experiment }) => experiment))).toEqual(new Set(["self-conditioning"]));
  expect(arms.every(({ group }) => group.rows.every(({ history }) => history !== null))).toBe(true);
});

describe("flags beside a suite", () => {
  it("print it as CSV and as Markdown", async () => {
    const document = await documentOf("both.db");
    const csv = (await compare(["both.db"], "--csv")).stdout.trimEnd().split("\r\n");
    expect(csv[0]).toMatch(/^experiment,arm,setting,model,label,runs,.*,turn_accuracy,/);
    expect(csv).toHaveLength(1 + document.experiments.flatMap(({ rows }) => rows).length);
    const markdown = (await compare(["both.db"], "--suite", "s", "--markdown")).stdout;
    expect(markdown.match(/^## .*$/gm)).toEqual(
      document.experiments.map(({ experiment }) => `## ${experiment}`),
    );
    expect(markdown).toMatch(/\n\| own history, valueMax 99, temperature 0 \|/);
    expect(markdown).toMatch(/\n\nhealed history, valueMax 5, temperature 1: No effect of its own errors/);
  });

  it.each([
    ["--metric", "speed"],
    ["--by", "model"],
    ["--baseline", "1"],
    ["--margin", "20%"],
    ["--fail-under", "h50=3"],
    ["--across"],
  ])("refuses %s, whether the suite was named or is the newest", async (...flag) => {
    const named = await compare(["both.db"], "--suite", "s", ...flag);
    expect([named.code, named.stdout]).toEqual([2, ""]);
    expect(named.stderr).toContain(`${flag.join(" ")}: experiments of a suite decide`);
    const newest = await compare(["both.db"], ...flag);
    expect([newest.code, newest.stdout]).toEqual([2, ""]);
    expect(newest.stderr).toContain(`${flag.join(" ")}: the newest run is part of the suite s, and`);
    const single = await compare(["both.db"], "--suite", "all", ...flag);
    expect(single.stderr).not.toContain("experiments of a suite");
  });

  it("refuses runs beside a suite", async () => {
    const { code, stderr } = await compare(["both.db"], "1", "--suite", "s");
    expect(code).toBe(2);
    expect(stderr).toContain("--suite s: a suite is compared whole. Leave out 1");
  });
});
