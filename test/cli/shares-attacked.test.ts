import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { longhaul, query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const models = ["scripted:p=0.9", "scripted:p=0.97"];

const suite = join(folder, "study.yaml");
writeFileSync(
  suite,
  `name: study
defaults: { turns: 3, rollouts: 4 }
experiments:
  - { use: capacity, largest: 2, coarse: 4, fine: 4 }
  - { use: horizon }
  - { use: capacity, name: smaller, dictionarySize: 8, largest: 2, coarse: 4, fine: 4 }
`,
);

interface Planned {
  readonly experiment: string;
  readonly model: string;
  readonly arm: string;
  readonly id: string;
  readonly cut: string;
}

async function planned(...args: readonly string[]): Promise<readonly Planned[]> {
  const { stdout } = await longhaul("suite", "plan", suite, ...args, "--json");
  return (JSON.parse(stdout) as { trials: Planned[] }).trials;
}

describe("a suite that is divided", () => {
  it("leaves nothing out where machines list their models in another order", async () => {
    const [one, other] = models;
    const shares = await Promise.all([
      planned(one ?? "", other ?? "", "--shard", "1/2"),
      planned(other ?? "", one ?? "", "--shard", "2/2"),
    ]);
    const whole = shares.flat().filter(({ cut }) => cut === "whole");
    expect(whole.map(({ experiment, model }) => `${experiment}, ${model}`).toSorted()).toEqual([
      "capacity, scripted:p=0.9",
      "capacity, scripted:p=0.97",
      "capacity: smaller, scripted:p=0.9",
      "capacity: smaller, scripted:p=0.97",
    ]);
  });

  it("deals what stays whole evenly, whatever stands between", async () => {
    const shares = await Promise.all(
      ["1/2", "2/2"].map((shard) => planned("scripted:p=0.9", "--shard", shard)),
    );
    expect(shares.map((trials) => trials.filter(({ cut }) => cut === "whole").length)).toEqual([1, 1]);
    const ofTwo = (await planned(...models, "--shard", "1/2")).filter(({ cut }) => cut === "whole");
    expect(new Set(ofTwo.map(({ model }) => model)).size).toBe(2);
    expect(new Set(ofTwo.map(({ experiment }) => experiment)).size).toBe(2);
  });

  it("names its trials alike whatever the order of models, and carries out what the plan of a share names", async () => {
    const [one, other] = await Promise.all([planned(...models), planned(...models.toReversed())]);
    const named = (trials: readonly Planned[]) =>
      trials.map(({ experiment, model, arm, id }) => JSON.stringify([experiment, model, arm, id])).toSorted();
    expect(named(other)).toEqual(named(one));
    const share = ["--shard", "2/2"];
    const cut = (await planned("scripted:p=0.9", ...share)).find(({ cut }) => cut === "rollouts");
    const db = join(folder, "one.db");
    const ran = await longhaul(
      ...["suite", "run", suite, "scripted:p=0.9", ...share],
      ...["--trial", cut?.id ?? "", "--db", db],
    );
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain("1 trial carried out");
    const rollouts = await query(db, "SELECT rollout FROM rollout ORDER BY rollout");
    expect(rollouts.map(({ rollout }) => rollout)).toEqual([2, 3]);
    const prompt = await longhaul("show", "1", "--prompt", "--db", db);
    expect(prompt.stderr).toContain("Add --rollout 2.");
    const elsewhere = await longhaul(
      "suite",
      "plan",
      suite,
      "scripted:p=0.9",
      "--shard",
      "1/2",
      "--trial",
      cut?.id ?? "",
    );
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.stderr).toContain("no trial is called so");
  });

  it("is gone on with by the shares that are missing, from a file of those that are there", async () => {
    const args = ["suite", "run", suite, "scripted:p=0.9"];
    const db = join(folder, "merged.db");
    await longhaul(...args, "--shard", "2/3", "--db", db, "--quiet");
    const ran = await longhaul(...args, "--db", db, "--resume");
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain("share 1/3 is missing beside others, and is played");
    expect(ran.stderr).not.toContain("share 2/3 is missing");
    const rollouts = await query(
      db,
      "SELECT rollout FROM rollout JOIN run ON run.id = run_id WHERE experiment = 'horizon' ORDER BY rollout",
    );
    expect(rollouts.map(({ rollout }) => rollout)).toEqual([0, 1, 2, 3]);
    const again = await longhaul(...args, "--db", db, "--resume");
    expect(again.stderr).toContain("\n0 trials carried out");
  });
});
