import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { suiteDocumentSchema } from "../../src/report/suite/suite-schema.ts";
import { type Finished, longhaul, query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const models = ["scripted:p=0.9,conditioning=3", "scripted:p=0.97"];

/** Cut by rollouts, replayed, searched for, and the same trial in several experiments. */
const suite = join(folder, "study.yaml");
writeFileSync(
  suite,
  `name: study
defaults: { turns: 10, rollouts: 20, parallel: 4 }
experiments:
  - use: horizon
    turns: 12
  - use: self-conditioning
    rates: [0, 1]
    errors: [noise, replay]
    probe: [10]
  - use: capacity
    largest: 4
    coarse: 10
    fine: 20
  - use: votes
    turns: 4
    rollouts: 8
  - use: format
    turns: 12
`,
);

function inFolder(name: string): string {
  return join(folder, name);
}

async function done(...args: readonly string[]): Promise<Finished> {
  const ended = await longhaul(...args);
  expect(ended.stderr + ended.code).toMatch(/0$/);
  return ended;
}

/** Every turn with what decided it and what came of it; all but numbers that each file gives anew, and times. */
async function turnsOf(db: string): Promise<string[]> {
  const rows = await query(
    db,
    `SELECT coalesce(model.sha256, run.engine_spec) AS of_model, run.settings, turn.* FROM turn JOIN run ON run.id = run_id
      LEFT JOIN model ON model.id = model_id`,
  );
  const told = rows.map(({ settings, ...row }) => {
    const {
      shard: _shard,
      asked: _asked,
      history,
      ...rest
    } = JSON.parse(String(settings)) as Record<string, unknown>;
    const own = Object.entries(row).filter(([name]) => !givenAnew.includes(name));
    return JSON.stringify([rest, String(history).replace(/run=\w+/, ""), own]);
  });
  return told.toSorted();
}

const givenAnew = [
  ["id", "run_id", "seal", "first_batch", "last_batch", "started_at"],
  ["ttft_ms", "inter_token_ms", "decode_ms", "cpu_ms"],
].flat();

async function documentOf(db: string) {
  const { stdout } = await done("compare", "--db", db, "--json");
  return suiteDocumentSchema.parse(JSON.parse(stdout));
}

describe("the shares of a suite", () => {
  it("are together what one run of it is: every turn, and every figure", async () => {
    const whole = inFolder("whole.db");
    await done("suite", "run", suite, ...models, "--db", whole, "--quiet");
    const parts = [1, 2, 3].map((number) => inFolder(`part-${number}.db`));
    for (const [index, part] of parts.entries())
      await done("suite", "run", suite, ...models, "--shard", `${index + 1}/3`, "--db", part, "--quiet");
    const all = inFolder("all.db");
    await done("merge", ...parts.toReversed(), "-o", all);
    expect(await turnsOf(all)).toEqual(await turnsOf(whole));
    await done("verify", "--db", all);
    const shares = await query(all, "SELECT DISTINCT json_extract(settings, '$.shard') AS shard FROM run");
    expect(new Set(shares.map(({ shard }) => shard))).toEqual(new Set(["1/1", "1/3", "2/3", "3/3"]));

    const [one, other] = await Promise.all([documentOf(whole), documentOf(all)]);
    const figuresOf = ({ experiments }: typeof one) =>
      experiments
        .flatMap(({ experiment, comparison }) =>
          comparison.groups.map(({ label, rollouts, horizons, overallTurnAccuracy, taskAccuracy }) =>
            JSON.stringify([experiment, label, rollouts, horizons, overallTurnAccuracy, taskAccuracy]),
          ),
        )
        .toSorted();
    expect(figuresOf(other)).toEqual(figuresOf(one));

    const again = await done("suite", "run", suite, ...models, "--db", all, "--resume");
    expect(again.stderr).toMatch(/\n0 trials carried out, \d+ finished before\n$/);
    expect(again.stderr).toContain("noise 0 %, scripted:p=0.97: finished before, runs ");
  });

  it("go on where one was lost, and cost nothing twice where they overlap", async () => {
    const all = inFolder("overlapping.db");
    const only = ["--only", "format"];
    for (const shard of ["1/2", "1/3", "2/2"])
      await done(
        "suite",
        "run",
        suite,
        ...models.slice(1),
        ...only,
        "--shard",
        shard,
        "--db",
        all,
        "--resume",
        "--quiet",
      );
    const { experiments } = await documentOf(all);
    const planned = experiments.flatMap(({ comparison }) =>
      comparison.groups.map(({ rollouts }) => rollouts),
    );
    expect(planned.map(({ planned, counted }) => [planned, counted])).toEqual([
      [20, 20],
      [20, 20],
    ]);
    const again = await done("suite", "run", suite, ...models.slice(1), ...only, "--db", all, "--resume");
    expect(again.stderr).toContain("finished before, runs ");
    expect(again.stderr).not.toContain("[1/");
  });

  it("may have nothing to do, and leave a file all the same", async () => {
    const searched = join(folder, "searched.yaml");
    writeFileSync(
      searched,
      "name: searched\nexperiments: [{ use: capacity, largest: 2, coarse: 4, fine: 4 }]\n",
    );
    const db = inFolder("nothing.db");
    const ran = await done("suite", "run", searched, "scripted:p=0.9", "--shard", "2/2", "--db", db);
    expect(ran.stderr).toContain("Nothing of the suite is left for share 2/2");
    expect(existsSync(db)).toBe(true);
    await done(
      "suite",
      "run",
      searched,
      "scripted:p=0.9",
      "--shard",
      "1/2",
      "--db",
      inFolder("something.db"),
    );
    const merged = await done("merge", db, inFolder("something.db"), "-o", inFolder("both.db"));
    expect(merged.stdout).toContain("nothing.db: 0 runs new");
  });
});

describe("a suite's plan", () => {
  interface Planned {
    readonly experiment: string;
    readonly arm: string;
    readonly id: string;
    readonly cut: string;
    readonly dependsOn: readonly string[];
    readonly rollouts: number;
    readonly shard: string;
  }

  async function planned(...flags: readonly string[]): Promise<Planned[]> {
    const { stdout } = await done("suite", "plan", suite, ...models.slice(1), "--json", ...flags);
    return (JSON.parse(stdout) as { trials: Planned[] }).trials;
  }

  it("says what is cut, what stays whole behind what, and what a share has of it", async () => {
    const whole = await planned();
    const told = whole.map(({ experiment, arm, cut, dependsOn }) => [experiment, arm, cut, dependsOn.length]);
    expect(told).toEqual([
      // The same trial as the next one, whose errors are replayed.
      ["horizon", "own history", "rollouts", 0],
      ["self-conditioning", "own history", "whole", 0],
      ["self-conditioning", "noise 0 %", "rollouts", 0],
      ["self-conditioning", "noise 100 %", "rollouts", 0],
      ["self-conditioning", "replay 0 %", "whole", 1],
      ["self-conditioning", "replay 100 %", "whole", 1],
      ["capacity", "direct K=1, search, then as found", "whole", 0],
      ["votes", "chain of thought", "whole", 0],
      ["votes", "direct", "whole", 0],
      ["votes", "majority of 2 to majority of 100", "whole", 2],
      ["format", "free form", "rollouts", 0],
      ["format", "integer grammar", "rollouts", 0],
    ]);
    expect(whole[4]?.dependsOn).toEqual([whole[1]?.id]);
    const shares = await Promise.all([1, 2, 3].map((number) => planned("--shard", `${number}/3`)));
    const rolloutsOf = (id: string): number =>
      shares
        .flat()
        .reduce((sum, trial) => sum + (trial.cut === "rollouts" && trial.id === id ? trial.rollouts : 0), 0);
    expect(rolloutsOf(whole[2]?.id ?? "")).toBe(0);
    for (const { experiment, arm, rollouts } of whole) {
      const own = shares.flat().filter((trial) => trial.experiment === experiment && trial.arm === arm);
      expect(own.reduce((sum, trial) => sum + trial.rollouts, 0)).toBe(rollouts);
    }
  });

  it("names a trial by what decides it, on every machine, and one is carried out by its name", async () => {
    const [one, other] = [await planned(), await planned()];
    expect(one).toEqual(other);
    const replay = one.find(({ arm }) => arm === "replay 100 %");
    const db = inFolder("one.db");
    await done("suite", "run", suite, ...models.slice(1), "--trial", replay?.id ?? "", "--db", db, "--quiet");
    const arms = await query(db, "SELECT arm FROM run ORDER BY id");
    expect(arms.map(({ arm }) => arm)).toEqual(["own history", "replay 100 %"]);
    const vote = one.find(({ arm }) => arm.startsWith("majority"));
    const votes = inFolder("votes.db");
    await done(
      "suite",
      "run",
      suite,
      ...models.slice(1),
      "--trial",
      vote?.id ?? "",
      "--db",
      votes,
      "--quiet",
    );
    expect((await query(votes, "SELECT experiment FROM run")).map(({ experiment }) => experiment)).toEqual([
      "votes",
      "votes",
      "votes",
    ]);
  });
});

describe("a share of a study", () => {
  it("plays its own rollouts of the same instances, and holds", async () => {
    const study = [
      "run",
      "--engine",
      "scripted:p=0.9",
      "--rollouts",
      "10",
      "--turns",
      "6",
      "--parallel",
      "2",
      "--quiet",
    ];
    const whole = inFolder("study.db");
    await done(...study, "--db", whole);
    const shares = inFolder("shares.db");
    for (const shard of ["2/3", "1/3", "3/3"]) await done(...study, "--shard", shard, "--db", shares);
    expect(await turnsOf(shares)).toEqual(await turnsOf(whole));
    await done("verify", "--db", shares);
    const listed = await done("ls", "--db", shares);
    expect(listed.stdout).toContain("4 of 10 x 6");
    const first = await query(
      shares,
      "SELECT min(rollout) AS first FROM rollout GROUP BY run_id ORDER BY run_id",
    );
    expect(first).toEqual([{ first: 2 }, { first: 0 }, { first: 6 }]);
    const beyond = await longhaul("show", "1", "--rollout", "0", "--db", shares);
    expect(beyond.stderr).toContain("Run 1 has rollouts 2 to 5.");
  });

  it("is of a data set, too", async () => {
    const set = inFolder("set.json");
    await done("dataset", "export", "--rollouts", "6", "--turns", "5", "-o", set);
    const study = ["run", "--engine", "scripted:p=0.9", "--dataset", set, "--parallel", "3", "--quiet"];
    await done(...study, "--db", inFolder("set.db"));
    for (const shard of ["1/2", "2/2"])
      await done(...study, "--shard", shard, "--db", inFolder("set-shares.db"));
    expect(await turnsOf(inFolder("set-shares.db"))).toEqual(await turnsOf(inFolder("set.db")));
    await done("verify", "--db", inFolder("set-shares.db"));
  });

  it("of a real model has the tokens of the whole, where as many play at a time", async () => {
    const model = resolve(import.meta.dirname, "../../models/longhaul-ref-early.gguf");
    const study = [
      "run",
      model,
      "--rollouts",
      "6",
      "--turns",
      "5",
      "--parallel",
      "2",
      "--threads",
      "1",
      "--quiet",
    ];
    await done(...study, "--db", inFolder("real.db"));
    const shares = [1, 2, 3].map((number) => inFolder(`real-${number}.db`));
    for (const [index, db] of shares.entries()) await done(...study, "--shard", `${index + 1}/3`, "--db", db);
    await done("merge", ...shares, "-o", inFolder("real-all.db"));
    expect(await turnsOf(inFolder("real-all.db"))).toEqual(await turnsOf(inFolder("real.db")));
  });

  it.each([
    [
      ["run", "--engine", "scripted", "--rollouts", "8", "--parallel", "4", "--shard", "1/3"],
      "--shard 1/3: of 8 rollouts none is left for it",
    ],
    [
      ["run", "--engine", "scripted", "--level", "auto", "--shard", "1/2"],
      "--shard 1/2: the level is yet to be found (--level auto)",
    ],
    [["run", "--engine", "scripted", "--shard", "4/3"], "--shard 4/3: must be one of so many shares"],
    [["suite", "run", suite, "scripted", "--shard", "3"], "--shard 3: must be one of so many shares"],
    [["suite", "run", suite, "scripted", "--shard", ""], "--shard is empty"],
    [["suite", "run", suite, "scripted", "--trial", "abc"], "--trial abc: no trial is called so"],
  ])("%j is refused", async (args, why) => {
    const refused = await longhaul(...args, "--db", inFolder("none.db"));
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(why);
    expect(existsSync(inFolder("none.db"))).toBe(false);
  });

  it("has no level that each machine would look for by itself", async () => {
    const open = join(folder, "open.yaml");
    writeFileSync(open, "name: open\ndefaults: { level: auto }\nexperiments: [{ use: horizon }]\n");
    const refused = await longhaul(
      "suite",
      "run",
      open,
      "scripted",
      "--shard",
      "1/2",
      "--db",
      inFolder("none.db"),
    );
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("--shard 1/2: the level of horizon is yet to be found (level: auto).");
  });
});
