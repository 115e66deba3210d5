import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { CompareDocument } from "../../src/figures/compare-schema.ts";
import type { RunDocument } from "../../src/figures/run-schema.ts";
import { longhaul } from "./in-process.ts";
import { temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();

/** Planted: how far, how fast. Two are one truth; one is beaten by both of these in everything that is known. */
const models = {
  "far and slow": "p=0.99,decode-ms=150",
  "as far and fast": "p=0.99,decode-ms=10",
  "near and faster": "p=0.8,decode-ms=1",
  "near and slow": "p=0.8,decode-ms=160",
};

describe("which to run", { timeout: 60_000 }, () => {
  const db = join(folder, "four.db");
  beforeAll(async () => {
    for (const [name, script] of Object.entries(models)) {
      const args = ["--name", name, "--engine", `scripted:${script}`, "--rollouts", "60", "--turns", "40"];
      expect((await longhaul("run", ...args, "--db", db, "--quiet")).code).toBe(0);
    }
  });

  async function compared(...more: readonly string[]): Promise<CompareDocument> {
    return JSON.parse((await longhaul("compare", "--json", "--db", db, ...more)).stdout) as CompareDocument;
  }

  it("finds the planted front, who cannot be told from the best, and who is beaten", async () => {
    const { recommendation } = await compared();
    const among = recommendation?.rows.filter(({ isAmongBest }) => isAmongBest).map(({ label }) => label);
    expect(among?.toSorted()).toEqual(["as far and fast", "far and slow"]);
    expect(recommendation?.front.toSorted()).toEqual(["as far and fast", "far and slow", "near and faster"]);
    const beaten = recommendation?.rows.find(({ label }) => label === "near and slow");
    expect(beaten?.beatenBy).toEqual(["as far and fast"]);
    expect(recommendation?.sentences[0]).toMatch(
      /^Run as far and fast \(H50 > 40, .*: which of .* goes further is not told/,
    );
    expect(recommendation?.sentences.join(" ")).toContain("near and slow (by as far and fast)");
  });

  it("says the same on the page and in Markdown, and nothing beside a baseline", async () => {
    const first = ((await compared()).recommendation?.sentences[0] ?? "?").replace(">", "\\>");
    expect((await longhaul("compare", "--markdown", "--db", db)).stdout).toContain(first);
    expect((await longhaul("report", "--markdown", "--db", db)).stdout).toContain(first);
    expect((await compared("--baseline", "1")).recommendation).toBeUndefined();
  });

  it("is not led by a row of few turns, which would hide what the others show", async () => {
    const rows = join(folder, "hidden.db");
    const plan = ["p=1 5", "p=0.99,seed=3 40", "p=0.9,seed=4 40", "p=0.88,seed=5 40"].map((one) =>
      one.split(" "),
    );
    for (const [script = "", turns = ""] of plan) {
      const args = ["--name", `${script} ${turns}`, "--engine", `scripted:${script}`, "--turns", turns];
      expect((await longhaul("run", ...args, "--rollouts", "40", "--db", rows, "--quiet")).code).toBe(0);
    }
    const { tiers } = JSON.parse(
      (await longhaul("compare", "--json", "--db", rows)).stdout,
    ) as CompareDocument;
    expect(tiers?.[0]?.best).toContain("p=0.99");
    expect(tiers?.[0]?.rows.map((label) => label.slice(0, 6)).toSorted()).toEqual(["p=0.99", "p=1 5"]);
  });

  it("leaves out who is behind any, though one that had few turns tells of nobody", async () => {
    const rows = join(folder, "brief.db");
    const plan = { brief: ["p=1", "2"], long: ["p=0.97,seed=3", "40"], low: ["p=0.88,seed=4", "40"] };
    for (const [name, [script, turns]] of Object.entries(plan)) {
      const args = [
        "--name",
        name,
        "--engine",
        `scripted:${script}`,
        "--turns",
        turns ?? "",
        "--rollouts",
        "20",
      ];
      expect((await longhaul("run", ...args, "--db", rows, "--quiet")).code).toBe(0);
    }
    const { stdout } = await longhaul("compare", "--json", "--db", rows);
    const { pairs, recommendation } = JSON.parse(stdout) as CompareDocument;
    const shown = pairs.filter(({ isShown }) => isShown).map(({ ahead, behind }) => [ahead, behind]);
    expect(shown).toEqual([["long", "low"]]);
    const among = recommendation?.rows.map(({ label, isAmongBest }) => [label, isAmongBest]);
    expect(among).toEqual([
      ["long", true],
      ["low", false],
      ["brief", true],
    ]);
    expect(recommendation?.sentences[0]).not.toContain("low");
    expect(recommendation?.undecided).toMatchObject([{ ahead: "brief", behind: "long" }]);
  });

  it("ends a run over several models, and no other", async () => {
    const references = [
      "run",
      "--rollouts",
      "4",
      "--turns",
      "6",
      "--threads",
      "1",
      "--db",
      join(folder, "two.db"),
    ];
    const ran = await longhaul(...references, "--json", "--quiet");
    const { recommendation } = JSON.parse(ran.stdout) as RunDocument;
    expect(recommendation?.rows.length).toBeGreaterThan(1);
    expect(recommendation?.rows.every(({ memoryBytes }) => (memoryBytes ?? 0) > 1e6)).toBe(true);
    expect(recommendation?.sentences[0]).toMatch(/^(Run|None of these)/);
    const one = await longhaul(
      "run",
      "--engine",
      "scripted:p=0.9",
      "--db",
      join(folder, "one.db"),
      "--json",
      "--quiet",
    );
    expect(JSON.parse(one.stdout)).not.toHaveProperty("recommendation");
  });
});
