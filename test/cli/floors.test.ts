import { exec } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { compareSchema } from "../../src/figures/compare-schema.ts";
import { documentSchema } from "../../src/figures/run-schema.ts";
import { longhaul, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();

/** Four simulated models, and what each of them is to be called. */
const models = [
  { name: "unreadable", spec: "p=1,format=1", floor: "form", slip: null },
  { name: "key's value", spec: "p=0,free-first=1,forget-total=1", floor: "task", slip: "value_only" },
  { name: "guesses", spec: "p=0", floor: "task", slip: null },
  { name: "right", spec: "p=1", floor: null, slip: null },
] as const;

const said = {
  unreadable: /is at the floor of form: 0\S* % .* of its answers can be read/,
  "key's value":
    /is at the floor of the task: .* at turn 2 it is right in 0 of 32 .* of its wrong numbers fit only the turn's value without the total\. Try --task retrieval/,
  guesses: /is at the floor of the task: .* says nothing about decay\. Try --task retrieval/,
  right: /did not slip within 12 turns\./,
} as const;

describe.each(models)("a model that is $name", ({ name, spec, floor, slip }) => {
  const db = join(folder, `${name}.db`);

  beforeAll(async () => {
    const shape = ["--rollouts", "32", "--turns", "12", "--name", name, "--quiet"];
    const { code } = await longhaul("run", "--engine", `scripted:${spec}`, ...shape, "--db", db);
    expect(code).toBe(0);
  });

  it.each([
    ["show", ["show", "1"]],
    ["compare", ["compare"]],
    ["markdown", ["report", "--markdown"]],
  ])("is called so by %s", async (_, command) => {
    const { stdout } = await longhaul(...command, "--db", db);
    const text = stdout.replaceAll(/\s+/g, " ").replaceAll("\\", "");
    expect(text).toMatch(said[name]);
    for (const other of ["form", "the task"].filter((one) => !one.endsWith(floor ?? "none")))
      expect(text).not.toContain(`floor of ${other}`);
  });

  it("is called so on the page", async () => {
    const page = join(folder, `${name}.html`);
    await longhaul("report", "--db", db, "-o", page);
    expect(readFileSync(page, "utf8").replaceAll(String.raw`\u003c`, "<")).toMatch(said[name]);
  });

  it("is called so in JSON, of a run and of a row", async () => {
    const [shown, compared] = await Promise.all([
      longhaul("show", "1", "--json", "--db", db),
      longhaul("compare", "--json", "--db", db),
    ]);
    const [run] = documentSchema.parse(JSON.parse(shown.stdout)).runs;
    const [row] = compareSchema.parse(JSON.parse(compared.stdout)).groups;
    for (const figures of [run, row]) {
      expect(figures?.floor?.of ?? null).toBe(floor);
      expect(figures?.mainSlip?.kind ?? null).toBe(slip);
      expect(figures?.coldStart?.isShown).toBe(false);
    }
  });
});

describe("a run that was stopped at the floor", () => {
  const db = join(folder, "stopped.db");

  beforeAll(async () => {
    const shape = ["--rollouts", "16", "--turns", "30", "--name", "stopped", "--quiet", "--db", db];
    const { code } = await longhaul("run", "--engine", "scripted:form=1", "--stop-at-floor", ...shape);
    expect(code).toBe(0);
    await longhaul("run", "--engine", "scripted:p=0.9", "--stop-at-floor", ...shape, "--name", "going");
  });

  it("shows turn 1 and the floor, and tells no horizon", async () => {
    const { stdout } = await longhaul("show", "1", "--db", db);
    const text = stdout.replaceAll(/\s+/g, " ");
    expect(text).toMatch(/ 1 0 % \(0 to 19\) all 0 % \(0 to 19\) /);
    expect(text).toMatch(
      / stopped is at the floor of form: 0 % \(0 to 19\) of its answers can be read, .* Every/,
    );
    expect(text).not.toMatch(/H[589]0|fails at turn 1|left out/);
    const { runs, verdict } = documentSchema.parse(
      JSON.parse((await longhaul("show", "1", "--json", "--db", db)).stdout),
    );
    expect(verdict).toMatch(
      /^stopped is at the floor of form: [^.]*\. Try --format integer or more --shots\.$/,
    );
    expect(runs[0]?.horizons.map(({ turns, n, status }) => [turns, n, status])).toEqual(
      Array(3).fill([null, 0, "unknown"]),
    );
  });

  it("is no row that another one goes further than", async () => {
    const { stdout } = await longhaul("compare", "stopped", "going", "--json", "--db", db);
    const { verdict, pairs, groups } = compareSchema.parse(JSON.parse(stdout));
    expect(groups).toHaveLength(2);
    expect(pairs).toEqual([]);
    expect(verdict).toMatch(/^going (has|fails).* stopped is at the floor of form: /);
  });
});

describe("a line that a run prints to be typed", () => {
  it("is carried out as it stands, also with a database whose name has spaces", async () => {
    const db = join(folder, "a b.db");
    const shape = ["--rollouts", "16", "--turns", "4", "--db", db];
    const unread = await longhaul("run", "--engine", "scripted:form=1", ...shape);
    const shown = await typed(/What the model is asked: (.*)/.exec(unread.stderr)?.[1]);
    expect(shown).toMatch(/system:[^]*user:/);
    const wrong = await longhaul("run", "--engine", "scripted:p=0", ...shape, "--quiet");
    const again = await typed(/on a level that fits it, if one does: (.*)/.exec(wrong.stdout)?.[1]);
    expect(again).toContain("--level auto");
  });
});

it("what a suite asks anyway is not proposed while one of its runs goes on", async () => {
  const file = join(folder, "form.yaml");
  writeFileSync(file, "name: form\ndefaults: { rollouts: 16, turns: 2 }\nexperiments: [{ use: format }]\n");
  const { stderr } = await longhaul("suite", "run", file, "scripted:form=1", "--db", join(folder, "form.db"));
  expect(stderr).toMatch(/little of the task\. Try more --shots\. What the model is asked/);
});

/** What a shell makes of the line. */
async function typed(line = ""): Promise<string> {
  return (await promisify(exec)(line)).stdout;
}

describe("what only looks like a floor, or like none", () => {
  it.each([
    // Lost at turn 2, and right in nearly all that follows.
    ["p=0.02,change=8,change-turn=3,seed=5", [], null],
    // Hardly readable, with a few lucky survivors at turn 2.
    ["format=0.9", ["--until", "first-error"], "form"],
    // Whoever is wrong at turn 1 is not asked turn 2.
    ["p=0.03", ["--until", "first-error"], "task"],
    ["p=0.6", ["--until", "first-error"], null],
    // Turn 1 alone is its trouble.
    ["p=0.1,change=6,change-turn=2", ["--until", "first-error"], null],
    ["p=0.03", ["--history", "healed", "--probe", "5,8"], "task"],
    ["p=0.9", ["--history", "healed", "--probe", "5,8"], null],
    ["p=0.03", ["--turns", "1"], null],
    ["p=0.03", ["--turns", "1", "--task", "retrieval"], "task"],
    ["p=0", ["--turns", "2", "--rollouts", "4"], null],
    ["p=0", ["--turns", "3", "--rollouts", "4"], "task"],
    ["p=0.97,drift=-0.3", ["--rollouts", "4"], null],
  ] as const)("is told by all turns: %s %j", async (spec, flags, floor) => {
    const db = join(folder, `${spec}${flags.join("")}.db`);
    const shape = ["--rollouts", "64", "--turns", "20", "--quiet", ...flags];
    await longhaul("run", "--engine", `scripted:${spec}`, ...shape, "--db", db);
    const { stdout } = await longhaul("show", "1", "--json", "--db", db);
    const [run] = documentSchema.parse(JSON.parse(stdout)).runs;
    expect(run?.floor?.of ?? null).toBe(floor);
  });

  it("stands beside another form of no examples, since both are the same words", async () => {
    const db = join(folder, "no-shots.db");
    for (const form of ["text", "turns"]) {
      const flags = ["--shots", "0", "--shots-as", form, "--rollouts", "8", "--turns", "4", "--db", db];
      await longhaul("run", "--engine", "scripted:p=0.9", "--name", form, ...flags);
    }
    const { code, stderr } = await longhaul("compare", "1", "2", "--db", db);
    expect(code, stderr).toBe(0);
  });
});
