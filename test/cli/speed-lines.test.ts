import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { compareSchema } from "../../src/figures/compare-schema.ts";
import { commandLine } from "../register/command-line.ts";
import { temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "speed.db");
const longhaul = (...args: readonly string[]) => commandLine(args, db);

async function compared(...flags: readonly string[]) {
  const { code, stdout, stderr } = await longhaul("compare", ...flags, "--json");
  expect([code, stderr]).toEqual([0, ""]);
  return compareSchema.parse(JSON.parse(stdout));
}

beforeAll(async () => {
  const models = [
    ["late", "p=0.95,seed=1", "4", "1"],
    ["late", "p=0.95,seed=1", "8", "2"],
    ["early", "p=0.9,seed=2", "8", "1"],
  ] as const;
  for (const [name, spec, parallel, seed] of models) {
    const size = ["--rollouts", "32", "--turns", "20", "--parallel", parallel, "--seed", seed];
    await longhaul("run", "--engine", `scripted:${spec}`, "--name", name, ...size, "--quiet");
  }
});

describe("speeds", () => {
  it("stand in a line for each setting, in text, Markdown and CSV", async () => {
    const { groups } = await compared("--metric", "speed");
    const rates = groups.flatMap(({ label, speeds }) =>
      speeds.map(({ parallel, speed }) => ({ label, parallel, rate: speed.aggregate.decodeTokensPerSecond })),
    );
    expect(rates.map(({ label, parallel }) => `${label} ${parallel}`)).toEqual([
      "late 4",
      "late 8",
      "early 8",
    ]);
    expect(rates[0]?.rate).toBeLessThan((rates[1]?.rate ?? 0) / 1.5);
    const labels = ["late · parallel 4", "late · parallel 8", "early · parallel 8"];
    for (const flag of [[], ["--markdown"], ["--csv"]]) {
      const { stdout } = await longhaul("compare", "--metric", "speed", ...flag);
      const lines = stdout.split(/\r?\n/);
      expect(labels.map((label) => lines.filter((line) => line.includes(label)).length)).toEqual([1, 1, 1]);
    }
    const { stdout } = await longhaul("compare", "--metric", "speed", "--csv");
    const [names = [], ...rows] = stdout
      .trim()
      .split("\r\n")
      .map((line) => line.split(","));
    const columnOf = (name: string) => rows.map((row) => Number(row[names.indexOf(name)]));
    expect(columnOf("decode_tokens_per_second")).toEqual(rates.map(({ rate }) => rate));
    expect(columnOf("decode_conversations")[0]).toBeLessThanOrEqual(4);
    expect(columnOf("decode_conversations")[1]).toBeGreaterThan(4);
  });

  it("are unknown where several settings would be one figure, and a note says where each is", async () => {
    const { groups } = await compared();
    const [late, early] = groups;
    const unknown = { low: null, high: null };
    expect(late?.speed.aggregate).toEqual({
      prefillTokensPerSecond: null,
      prefillInterval: unknown,
      decodeTokensPerSecond: null,
      decodeInterval: unknown,
      conversations: null,
    });
    expect(early?.speed.aggregate.decodeTokensPerSecond).toBe(
      early?.speeds[0]?.speed.aggregate.decodeTokensPerSecond,
    );
    const { stdout } = await longhaul("compare");
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "not put together: late (parallel 4 and parallel 8); --metric speed has a line for each",
    );
    expect((await longhaul("compare", "early")).stdout).not.toContain("not put together");
  });

  it("stand beside the conversations that shared a batch", async () => {
    const { stdout } = await longhaul("compare", "early");
    expect(stdout).toMatch(/decode t\/s {2}batch/);
    expect(stdout).toMatch(/early .* 6\d\d ±[\d.]+ % +[67]\.\d+( |$)/m);
  });

  it("are judged one by one", async () => {
    const { code, stderr } = await longhaul("compare", "--fail-under", "decode=500");
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^longhaul: --fail-under: late · parallel 4: decode is 3\d\d\.\d, wanted 500\.\n$/,
    );
    expect((await longhaul("compare", "--fail-under", "decode=100")).code).toBe(0);
  });

  it("hold the time between tokens in JSON, and with the metric", async () => {
    for (const flags of [[], ["--metric", "speed"]]) {
      const { groups } = await compared(...flags);
      expect(groups.find(({ label }) => label === "early")?.speed.interTokenMs.p50).toBeGreaterThan(5);
      for (const { speeds } of groups)
        for (const { speed } of speeds) expect(speed.interTokenMs.p50).toBeGreaterThan(5);
    }
  });
});
