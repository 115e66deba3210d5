import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { CompareGroup } from "../../src/figures/compare-schema.ts";
import type { SuiteDocument, SuiteExperiment, SuiteRow } from "../../src/report/suite/suite-schema.ts";
import { suiteParts } from "../../src/suites/plan.ts";
import { readSuite } from "../../src/suites/read-suite.ts";
import { commandLine } from "../register/command-line.ts";
import { temporaryFolder } from "./longhaul.ts";

/** The paper's suite as it ships, on simulated models with effects planted in them: each experiment has to show its own. */
const folder = temporaryFolder();
const db = join(folder, "paper.db");
const shipped = new URL("../../bench/suites/paper.yaml", import.meta.url).pathname;

/** All that the paper found, in one model: where it reasons, shown errors hardly matter, and checking does harm. */
const planted = [
  "cot-gain=1.5",
  "cot-tokens=40",
  "thinking-gain=6",
  "check-gain=-4",
  "key-loss=0.25",
  "conditioning=2",
  "visible-loss=0.08",
  "drift=-0.02",
  "temperature-loss=1.5",
  "form=0.05",
  "p-retrieval=0.999",
  "p-addition=0.999",
  "p-prefix-sum=0.97",
  "p-matrix=0.4",
  "p-matrix-unbounded=0.4",
].join(",");
const small = `scripted:p=0.96,parameters=4000000000,${planted}`;
const large = `scripted:p=0.995,parameters=32000000000,${planted}`;

/** Experiments that set models side by side. */
const betweenModels = ["headline", "horizon", "horizon: two and ten keys"];

type Entry = Record<string, unknown> & { readonly use: string; readonly name?: string };
interface Suite {
  readonly defaults: Record<string, unknown>;
  readonly experiments: readonly Entry[];
}

const rollouts = 16;

const suite = parse(readFileSync(shipped, "utf8")) as Suite;
const names = suite.experiments.map(({ use, name }) => (name === undefined ? use : `${use}: ${name}`));

/** A fifth of the turns, and of all that counts in turns; 8 rollouts. */
function cut(entry: Entry): Entry {
  const fifth = (value: unknown): number => Math.max(1, Math.round(Number(value) / 5));
  const changed = Object.entries(entry).map(([name, value]): [string, unknown] => {
    switch (name) {
      case "turns":
        return [name, Math.min(fifth(value), 60)];
      case "rollouts":
        return [name, rollouts];
      case "probe":
      case "windows":
      case "heal":
        return [name, (value as number[]).map(fifth)];
      case "steps":
        return [name, Number(value) / 5];
      case "largest":
        return [name, 8];
      default:
        return [name, value];
    }
  });
  const sizes = entry.use === "capacity" ? { coarse: rollouts, fine: 2 * rollouts } : {};
  return { ...Object.fromEntries(changed), ...sizes, use: entry.use };
}

let document: SuiteDocument;

interface Played {
  readonly row: SuiteRow;
  readonly group: CompareGroup;
}

/** Arms by name, of one model. */
class Arms {
  readonly experiment: SuiteExperiment;
  readonly #model: string;

  constructor(experiment: SuiteExperiment, model = small) {
    this.experiment = experiment;
    this.#model = model.replace("scripted:", "");
  }

  arm(name: string): Played {
    const { rows, comparison } = this.experiment;
    const index = rows.findIndex(
      ({ arm }, at) => arm === name && comparison.groups[at]?.scripted === this.#model,
    );
    const [row, group] = [rows[index], comparison.groups[index]];
    if (row === undefined || group === undefined)
      throw new Error(`${this.experiment.experiment} has no arm ${name}`);
    return { row, group };
  }

  /** Share of right turns. */
  right(name: string): number {
    return this.arm(name).group.overallTurnAccuracy.accuracy ?? Number.NaN;
  }

  /** Turns right before the first error. */
  turns(name: string): number {
    return this.arm(name).group.restrictedMean?.mean ?? Number.NaN;
  }
}

function lessRight(arms: Arms, ...order: readonly string[]): void {
  const shares = order.map((name) => arms.right(name));
  for (const [index, share] of shares.entries())
    if (index > 0)
      expect(share, `${order[index]} in ${arms.experiment.experiment}`).toBeGreaterThan(
        shares[index - 1] ?? 1,
      );
}

/** Whether one of them is told to be ahead of the other, all tests of the experiment taken together. */
function isToldAhead({ comparison }: SuiteExperiment, ahead: string, behind: string): void {
  const told = comparison.pairs
    .filter(({ isShown }) => isShown)
    .map((pair) => `${pair.ahead} > ${pair.behind}`);
  expect(told).toContain(`${ahead} > ${behind}`);
}

function reasoning(experiment: SuiteExperiment): void {
  lessRight(new Arms(experiment), "direct", "chain of thought", "thinking");
  isToldAhead(experiment, "thinking", "direct");
}

function largerGoesFurther(experiment: SuiteExperiment, arm: string): void {
  const [one, other] = [small, large].map((model) => new Arms(experiment, model).turns(arm));
  expect(other, arm).toBeGreaterThan(one ?? Number.NaN);
  const [behind = "", ahead = ""] = [small, large].map(
    (model) => new Arms(experiment, model).arm(arm).row.label,
  );
  isToldAhead(experiment, ahead, behind);
}

function formIsMended(experiment: SuiteExperiment): void {
  const arms = new Arms(experiment);
  const [free, grammar] = ["free form", "integer grammar"].map((arm) => arms.arm(arm).group.formatFailures);
  expect(free?.accuracy).toBeGreaterThan(0);
  expect(grammar?.correct).toBe(0);
  lessRight(arms, "free form", "integer grammar");
}

/** The share that got through all steps. */
function finished(arms: Arms, name: string): number {
  return arms.arm(name).group.taskAccuracy.at(-1)?.accuracy ?? Number.NaN;
}

function effectsOf({ slopes }: SuiteExperiment): [string, string | null][] {
  return slopes.map(({ kind, effect }) => [kind.replace(/, up to .*/, ""), effect]);
}

/** What each experiment has to show of what is planted. */
const shows: Readonly<Record<string, (experiment: SuiteExperiment) => void>> = {
  headline(experiment) {
    largerGoesFurther(experiment, "own history");
    const [one, other] = [small, large].map((model) => new Arms(experiment, model).right("one turn"));
    expect(other).toBeGreaterThan(one ?? Number.NaN);
    const points = experiment.comparison.headline ?? [];
    expect(points).toHaveLength(2);
  },
  horizon: (experiment) => largerGoesFurther(experiment, "own history"),
  degradation(experiment) {
    const arms = new Arms(experiment);
    isToldAhead(experiment, "healed history", "own history");
    const { early, late } = arms.arm("healed history").row;
    expect(late.accuracy).toBeLessThan(early.accuracy ?? 0);
  },
  "self-conditioning"(experiment) {
    expect(effectsOf(experiment)).toEqual([["noise", "fewer_right"]]);
    lessRight(new Arms(experiment), "noise 100 %", "noise 50 %", "noise 0 %");
  },
  "self-conditioning: lasting errors"(experiment) {
    expect(effectsOf(experiment)).toEqual(
      ["offset", "look-up", "replay"].map((kind) => [kind, "fewer_right"]),
    );
  },
  "self-conditioning: with thinking": (experiment) =>
    expect(effectsOf(experiment)).toEqual([["thinking, noise", null]]),
  "self-conditioning: with chain of thought": (experiment) =>
    expect(effectsOf(experiment)).toEqual([
      ["cot, offset", "fewer_right"],
      ["cot, sum", "fewer_right"],
    ]),
  capacity({ capacities }) {
    const keys = Object.fromEntries(capacities.map((one) => [one.mode, one.keys]));
    expect(keys["cot"]).toBeGreaterThan(keys["direct"] ?? Number.NaN);
    expect(keys["thinking"]).toBeGreaterThan(keys["cot"] ?? Number.NaN);
    expect(keys["voting"]).toBeGreaterThanOrEqual(keys["direct"] ?? Number.NaN);
    expect(keys["voting"]).toBeLessThan(keys["thinking"] ?? Number.NaN);
  },
  "thinking: matrices": reasoning,
  "thinking: matrices modulo 7": reasoning,
  mitigations(experiment) {
    const arms = new Arms(experiment);
    lessRight(arms, "own history", "window of 5", "window of 1");
    lessRight(arms, "own history", "healed every 5", "healed every 2");
    for (const cure of [
      "window of 1",
      "majority of 10",
      "fresh context, ahead by 2",
      "fresh context, ahead by 3",
    ])
      isToldAhead(experiment, cure, "own history");
    isToldAhead(experiment, "chain of thought", "check first");
    lessRight(arms, "check first, thinking", "thinking");
    const tokens = (name: string) => arms.arm(name).row.costs.decodedTokens ?? 0;
    expect(tokens("majority of 10")).toBeGreaterThan(9 * tokens("own history"));
  },
  votes(experiment) {
    const arms = new Arms(experiment);
    const vote = experiment.rows.find(({ arm }) => arm.startsWith("majority of "))?.arm ?? "";
    lessRight(arms, "direct", vote);
    const tokens = (name: string) => arms.arm(name).row.costs.decodedTokens ?? 0;
    expect(tokens(vote) / tokens("chain of thought")).toBeCloseTo(1, 0);
  },
  "turns-against-keys"(experiment) {
    const arms = new Arms(experiment);
    for (const mode of ["direct", "cot"]) lessRight(arms, `${mode} K=12`, `${mode} K=1`);
    lessRight(arms, "direct K=3", "cot K=3");
    expect(finished(arms, "direct K=3")).toBeLessThan(finished(arms, "cot K=3"));
  },
  "turns-against-keys: 180 steps with thinking": (experiment) =>
    lessRight(new Arms(experiment), "thinking K=36", "thinking K=3"),
  thinking: reasoning,
  "thinking: two keys": reasoning,
  "thinking: ten keys": reasoning,
  "horizon: two and ten keys"(experiment) {
    for (const arm of ["direct K=2", "cot K=2", "cot K=10", "thinking K=10"])
      largerGoesFurther(experiment, arm);
    const arms = new Arms(experiment, large);
    for (const mode of ["direct", "cot"])
      expect(arms.turns(`${mode} K=10`), mode).toBeLessThan(arms.turns(`${mode} K=2`));
  },
  temperature: (experiment) => isToldAhead(experiment, "greedy", "usual sampling (no recommendation known)"),
  "degradation: 1000 turns"(experiment) {
    const { early, late } = new Arms(experiment).arm("own history").row;
    expect(late.high).toBeLessThan(early.low ?? 0);
  },
  ablations(experiment) {
    const arms = new Arms(experiment);
    for (const part of ["retrieval", "addition"]) lessRight(arms, "dict-sum", "prefix-sum", part);
    isToldAhead(experiment, "retrieval", "dict-sum");
  },
  format: formIsMended,
  "format: two keys": formIsMended,
};

/** Rows of the first table of docs/paper.md: what they stand for in the paper, and the experiment. */
function documented(): { readonly paper: string; readonly only: string }[] {
  const text = readFileSync(new URL("../../docs/paper.md", import.meta.url), "utf8");
  const [table = ""] = text.split("\nNot played");
  const [, ...rows] = table.matchAll(/^\| ([^|]+) \| `([^`]+)` \|/gm);
  return rows.map(([, paper = "", only = ""]) => ({ paper, only }));
}

function figuresIn(text: string): number[] {
  const numbers = [...text.matchAll(/figures? ([\d, and]+)/gi)].flatMap(
    ([, list = ""]) => list.match(/\d+/g) ?? [],
  );
  return [...new Set(numbers.map(Number))].toSorted((one, other) => one - other);
}

describe("what is said of the paper's figures", () => {
  it("names an experiment for each of them, and every experiment that is planned", async () => {
    const { stdout } = await commandLine(
      ["suite", "plan", shipped, small, "--json"],
      join(folder, "none.db"),
    );
    const { trials } = JSON.parse(stdout) as { trials: { experiment: string }[] };
    const planned = [...new Set(trials.map(({ experiment }) => experiment))];
    const rows = documented();
    expect(rows.map(({ only }) => only).toSorted()).toEqual(planned.toSorted());
    for (const { only } of rows)
      expect(new Set(suiteParts(readSuite(shipped), [only]).map(({ experiment }) => experiment))).toEqual(
        new Set([only]),
      );
    const told = figuresIn(rows.map(({ paper }) => paper).join("; "));
    expect(told).toEqual([1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
    // What comments say the suite plays is what the table says.
    expect(figuresIn(readFileSync(shipped, "utf8"))).toEqual(told);
  });
});

describe("the paper's suite", () => {
  beforeAll(async () => {
    const file = join(folder, "paper.yaml");
    writeFileSync(
      file,
      stringify({
        ...suite,
        defaults: cut({ ...suite.defaults, use: "" }),
        experiments: suite.experiments.map(cut),
      }).replace(/^ {2}use: ""\n/m, ""),
    );
    const run = async (...args: readonly string[]) => {
      const { code, stderr } = await commandLine(["suite", "run", file, ...args, "--quiet"], db);
      expect(code, stderr).toBe(0);
    };
    await run(small);
    await run(large, "--only", betweenModels.join(","));
    const compared = await commandLine(["compare", "--suite", "paper", "--json"], db);
    document = JSON.parse(compared.stdout) as SuiteDocument;
  }, 400_000);

  it.each(names)("shows what is planted: %s", (name) => {
    const experiment = document.experiments.find((one) => one.experiment === name);
    const show = shows[name];
    if (experiment === undefined || show === undefined) throw new Error(`nothing is shown by ${name}`);
    show(experiment);
  });

  it("says how many steps horizons are where a turn has several keys, and there alone", async () => {
    const { stdout } = await commandLine(["compare", "--suite", "paper", "--markdown"], db);
    const told = stdout
      .split(/^#+ (?=horizon)/m)
      .slice(1)
      .map((part) => [part.split("\n")[0], part.split(/^#/m)[0]?.includes("H50 in steps")]);
    expect(told).toEqual([
      ["horizon", false],
      ["horizon: two and ten keys", true],
    ]);
  });
});
