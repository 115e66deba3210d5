import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type CompareDocument, compareSchema } from "../../src/figures/compare-schema.ts";
import type { MarginPowerDocument } from "../../src/report/power.ts";
import { commandLine } from "../register/command-line.ts";
import { temporaryFolder } from "./longhaul.ts";

const db = join(temporaryFolder(), "margin.db");
const longhaul = (...args: readonly string[]) => commandLine([...args, "--db", db], db);

async function play(name: string, p: number): Promise<void> {
  const flags = ["--quiet", "--name", name, "--rollouts", "200", "--turns", "40", "--seed", "1"];
  const seed = name.codePointAt(0) ?? 1;
  const { code } = await longhaul("run", "--engine", `scripted:p=${p},seed=${seed}`, ...flags);
  expect(code).toBe(0);
}

beforeAll(async () => {
  await play("a", 0.97);
  await play("b", 0.97);
  await play("c", 0.8);
}, 120_000);

describe("compare --margin", () => {
  it("tells each row but the reference in a line, and the same in every form", async () => {
    const asked = ["compare", "a", "b", "c", "--baseline", "a", "--margin", "60%"];
    const { stdout } = await longhaul(...asked);
    expect(stdout).toMatch(/^ {2}b: at most 60 % shorter than a \(95 %: H50 [\d.]+ to [\d.]+ times\)\.$/m);
    expect(stdout).toMatch(
      /^ {2}c: worse, more than 60 % shorter than a \(95 %: H50 [\d.]+ to [\d.]+ times\)\.$/m,
    );
    const { margin } = compareSchema.parse(JSON.parse((await longhaul(...asked, "--json")).stdout));
    expect(margin).toMatchObject({ share: 0.6, reference: "a", comparisons: 2 });
    expect(margin?.rows.map(({ label, verdict, s }) => [label, verdict, s])).toEqual([
      ["b", "good enough", 0.5],
      ["c", "worse", 0.5],
    ]);
    for (const { sentence, low, high, ratio } of margin?.rows ?? []) {
      expect(stdout).toContain(sentence);
      expect(low).toBeLessThanOrEqual(ratio ?? 0);
      expect(high).toBeGreaterThanOrEqual(ratio ?? 0);
    }
    expect((await longhaul(...asked, "--markdown")).stdout).toContain("\n- b: at most 60 % shorter than a");
    const csv = (await longhaul(...asked, "--csv")).stdout.trim().split("\r\n");
    expect(csv[0]).toMatch(
      /margin_verdict,margin_threshold,margin_ratio,margin_low,margin_high,margin_more_rollouts$/,
    );
    expect(csv.map((line) => line.split(",").at(-6))).toEqual(
      expect.arrayContaining(["", "good enough", "worse"]),
    );
    expect((await longhaul("compare", "a", "b", "--csv")).stdout).not.toContain("margin");
  });

  it("holds rows against the one that is ahead where no baseline is named", async () => {
    const { stdout } = await longhaul("compare", "a", "b", "c", "--margin", "0.6", "--json");
    const { margin, groups } = JSON.parse(stdout) as CompareDocument;
    expect(margin?.reference).toBe(groups[0]?.label);
    expect(margin?.rows.map(({ label }) => label)).toEqual(groups.slice(1).map(({ label }) => label));
  });

  it.each([
    [["--margin", "20"], "--margin 20: must be a share between 0 and 100 %, for example 20% or 0.2."],
    [["--margin", "0%"], "--margin 0%: must be"],
    [["--margin", "much"], "--margin much: must be"],
    [["--fail-under", "margin"], "--fail-under margin: which margin? Write margin=20%, or add --margin 20%."],
    [["--fail-under", "margin=2"], "--fail-under margin=2: must be a share"],
    [["--margin", "10%", "--fail-under", "margin=20%"], "10% and 20% are two margins. Give one."],
  ])("refuses %j", async (flags, message) => {
    const { code, stdout, stderr } = await longhaul("compare", "a", "b", ...flags);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });

  it("refuses one row alone", async () => {
    const { code, stderr } = await longhaul("compare", "a", "--margin", "20%");
    expect(code).toBe(2);
    expect(stderr).toContain("there is one row only");
  });
});

describe("compare --fail-under margin", () => {
  it("ends with 3 unless every row is good enough, and says which is not", async () => {
    const judged = (rows: readonly string[], ...flags: readonly string[]) =>
      longhaul("compare", ...rows, "--baseline", "a", ...flags);
    expect((await judged(["a", "b"], "--fail-under", "margin=60%")).code).toBe(0);
    expect((await judged(["a", "b"], "--margin", "60%", "--fail-under", "margin,h50=2")).code).toBe(0);
    const worse = await judged(["a", "b", "c"], "--margin", "60%", "--fail-under", "margin");
    expect(worse.code).toBe(3);
    expect(worse.stderr).toMatch(
      /^longhaul: --fail-under: c: worse, more than 60 % shorter than a \(.*\)\.\n$/,
    );
    const undecided = await judged(["a", "b"], "--fail-under", "margin=2%,h50=1000");
    expect(undecided.code).toBe(3);
    expect(undecided.stderr).toMatch(/a: h50 is \d+, wanted 1,000\.\n(.*\n)*.*b: undecided against a,/);
  });
});

describe("power --margin", () => {
  it("tells the turns and rollouts by which an equal model is good enough", async () => {
    const { code, stdout } = await longhaul("power", "--h50", "20", "--margin", "20%", "--json");
    const document = JSON.parse(stdout) as MarginPowerDocument;
    expect([code, document.margin]).toEqual([0, 0.2]);
    expect(document.rows.map(({ s, turns, rollouts }) => [s, turns, rollouts])).toEqual([
      [0.8, 8, 1821],
      [0.5, 25, 755],
    ]);
    const text = await longhaul("power", "--h50", "20", "--margin", "20%", "--turns", "60");
    expect(text.stdout).toMatch(/\n +60 +755 +H50\n/);
  });

  it.each([
    [["--h50", "20"], "give either --ratio"],
    [["--h50", "20", "--ratio", "2", "--margin", "20%"], "give either --ratio"],
    [
      ["--h50", "3", "--margin", "20%"],
      "--margin 0.2: one turn is more than that of an H50 of 3. Give 34% or more",
    ],
    [["--h50", "20", "--margin", "20%", "--turns", "3"], "--turns 3: too few"],
    [["--h50", "20", "--margin", "2"], "--margin 2: must be a share"],
  ])("refuses %j", async (flags, message) => {
    const { code, stderr } = await longhaul("power", ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
