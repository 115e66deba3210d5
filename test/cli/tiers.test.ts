import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { compareSchema } from "../../src/figures/compare-schema.ts";
import { twelve } from "../page/twelve-models.ts";
import { commandLine } from "../register/command-line.ts";
import { temporaryFolder } from "./longhaul.ts";

const db = join(temporaryFolder(), "tiers.db");

async function longhaul(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await commandLine(args, db);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return stdout;
}

async function run(name: string, spec: string, ...flags: readonly string[]): Promise<void> {
  const shape = ["--rollouts", "20", "--turns", "40", "--quiet"];
  await longhaul("run", "--engine", `scripted:${spec}`, "--name", name, ...shape, ...flags);
}

async function compare(...args: readonly string[]) {
  return compareSchema.parse(JSON.parse(await longhaul("compare", ...args, "--json")));
}

const names = twelve.map(([name]) => name);

beforeAll(async () => {
  // The weakest answer out of form, or start cold: what weakens a conclusion has to fit, too.
  for (const [at, [name, p, parameters]] of twelve.entries())
    await run(name, `p=${at < 3 ? 0.1 : p},parameters=${parameters},seed=${at},form=${at === 3 ? 0.9 : 0}`);
  await run("elsewhere", "p=0.97", "--task", "retrieval");
});

const wide = { isTTY: process.stdout.isTTY, columns: process.stdout.columns };
afterEach(() => {
  Object.assign(process.stdout, wide);
});

describe("twelve models", () => {
  it("fit a page of a terminal, whatever weakens what is said", async () => {
    Object.assign(process.stdout, { isTTY: true, columns: 80 });
    const lines = (await longhaul("compare", ...names)).trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toMatch(/^simulated model +tier /);
    expect(lines.join(" ")).toMatch(/Cannot be told from the best, Qwen3-\S+: Qwen3-\S+\./);
    expect(lines.join(" ")).toMatch(
      /Gemma-tiny-100M, SmolLM2-\S+ and Qwen3-300M are at the floor of the task/,
    );
    expect(lines.join(" ")).toMatch(/Llama-\S+ is at the floor of form/);
  });

  it("are each in one tier, and are compared with the best of their own and earlier ones alone", async () => {
    const { tiers = [], pairs, groups } = await compare(...names);
    expect(tiers.flatMap(({ rows }) => rows).toSorted()).toEqual(names.toSorted());
    expect(tiers[0]).toMatchObject({ comparisons: 11 });
    const order = groups.map(({ label }) => label);
    for (const { rows, best } of tiers) {
      expect(rows).toContain(best);
      expect(rows).toEqual(order.filter((label) => rows.includes(label)));
    }
    expect(pairs).toHaveLength(tiers.reduce((sum, { comparisons }) => sum + comparisons, 0));
    const bests = new Set(tiers.map(({ best }) => best));
    for (const { ahead, behind, isShown } of pairs) {
      expect(bests.has(ahead) || bests.has(behind)).toBe(true);
      const isTogether = tiers.some(({ rows }) => rows.includes(ahead) && rows.includes(behind));
      expect(isShown).toBe(!isTogether);
    }
  });

  it("have their tier in every table", async () => {
    const { tiers = [] } = await compare(...names);
    const tierOf = (name: string): number => tiers.findIndex(({ rows }) => rows.includes(name)) + 1;
    const [title = "", ...lines] = (await longhaul("compare", ...names, "--csv")).trim().split("\r\n");
    expect(title.split(",").at(-1)).toBe("tier");
    for (const line of lines) expect(line.split(",").at(-1)).toBe(String(tierOf(line.split(",")[0] ?? "")));
    const speeds = (await longhaul("compare", ...names, "--csv", "--metric", "speed")).trim().split("\r\n");
    expect(speeds.slice(1).every((line) => /,[1-9]$/.test(line))).toBe(true);
    for (const command of ["compare", "report"]) {
      const markdown = await longhaul(command, ...names, "--markdown");
      for (const name of names)
        expect(markdown).toContain(`| ${name.replaceAll("_", "\\_")} | ${tierOf(name)} |`);
    }
  });

  it("have every pair told with --pairs, corrected over all of them", async () => {
    const { pairs, tiers, verdict } = await compare(...names, "--pairs");
    expect(pairs).toHaveLength(66);
    expect(tiers).toBeUndefined();
    expect(verdict).toContain("Holm's correction over 66 pairs");
    expect(await longhaul("compare", ...names, "--pairs", "--csv")).not.toContain("tier");
  });

  it("are not to be told both pair by pair and against one alone", async () => {
    const refused = await commandLine(["compare", "--pairs", "--baseline", "1"], db);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(/--pairs: with --baseline 1 all rows .* Leave one of the two out\./);
  });

  it("have no tiers beside a baseline", async () => {
    const { pairs, tiers } = await compare(...names, "--baseline", names[4] ?? "");
    expect(pairs).toHaveLength(11);
    expect(tiers).toBeUndefined();
  });
});

describe("fewer, and unlike ones", () => {
  it("three have every pair told, as two have", async () => {
    const { pairs, tiers } = await compare(...names.slice(0, 3));
    expect(pairs).toHaveLength(3);
    expect(tiers).toBeUndefined();
  });

  it("what was asked something else has no tier", async () => {
    const markdown = await longhaul("report", ...names, "elsewhere", "--markdown");
    expect(markdown).toMatch(/^\| elsewhere \| unknown \|/m);
    expect(markdown).toContain("Not compared, since the runs differ in task");
    expect(markdown).toContain("adjusted for 11 comparisons");
  });

  it("where no more than three are alike, each of their pairs is told", async () => {
    const markdown = await longhaul("report", ...names.slice(-3), "elsewhere", "--markdown");
    expect(markdown).not.toContain("tier");
    expect(markdown).toContain("Holm's correction over 3 pairs");
  });
});
