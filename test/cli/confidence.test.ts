import { copyFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { compareSchema } from "../../src/figures/compare-schema.ts";
import { documentSchema } from "../../src/figures/run-schema.ts";
import { longhaul, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "confidence.db");
const model = join(import.meta.dirname, "../../models/longhaul-ref-early.gguf");
const size = ["--rollouts", "6", "--turns", "8", "--threads", "1", "--parallel", "3", "--quiet"];

/** The same on the reference model, told and not told; and on a simulated one. */
beforeAll(async () => {
  for (const confidence of ["off", "chosen", "top2"]) {
    const { code, stderr } = await longhaul(
      "run",
      model,
      "--name",
      "early",
      ...size,
      "--confidence",
      confidence,
      "--db",
      db,
    );
    expect([code, stderr]).toEqual([0, expect.any(String)]);
  }
  const spec = "scripted:p=0.9,doubt=2,slip-gap=3,tie=0.2";
  const flags = ["--rollouts", "60", "--turns", "30", "--confidence", "top2", "--quiet"];
  await longhaul("run", "--engine", spec, ...flags, "--db", db);
}, 120_000);

async function json(...args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await longhaul(...args, "--db", db);
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

async function shown(run: number) {
  const { runs } = documentSchema.parse(await json("show", String(run), "--json"));
  return runs[0];
}

describe("--confidence", () => {
  it("is in the run's document as it was asked for", async () => {
    expect((await shown(1))?.confidence).toBeNull();
    const chosen = (await shown(2))?.confidence;
    expect(chosen?.probability.right.mean).toBeGreaterThan(0);
    expect([chosen?.gap, chosen?.nearTies, chosen?.doubt]).toEqual([null, null, null]);
    const scripted = (await shown(4))?.confidence;
    expect(scripted?.gap?.right.low).toBeGreaterThan(scripted?.gap?.wrong.high ?? Infinity);
    expect(scripted?.nearTies?.accuracy).toBeCloseTo(0.2, 1);
    expect(scripted?.doubt?.begins).toBe(3);
    expect(scripted?.doubt?.before.map(({ before }) => before)).toEqual([5, 4, 3, 2, 1, 0]);
  });

  it("stands beside each answer where it is told, and nowhere else", async () => {
    const rows = (await json("show", "3", "--rollout", "0", "--json")) as {
      answer: number | null;
      confidence: { probability: number; gap: number; decidingGap: number } | null;
    }[];
    const answered = rows.filter(({ answer }) => answer !== null);
    expect(answered.length).toBeGreaterThan(4);
    for (const { confidence } of answered) {
      expect(confidence?.probability).toBeGreaterThan(0);
      expect(confidence?.gap).toBeGreaterThanOrEqual(0);
      expect(confidence?.decidingGap).toBeGreaterThanOrEqual(confidence?.gap ?? Infinity);
    }
    const text = async (run: string): Promise<string> =>
      (await longhaul("show", run, "--rollout", "0", "--db", db)).stdout.split("\n", 1)[0] ?? "";
    expect(await text("3")).toMatch(/^turn +keys +expected +answer +probability +gap +verdict/);
    expect(await text("2")).toMatch(/answer +probability +verdict/);
    expect(await text("1")).toMatch(/answer +verdict/);
  });

  it("changes no answer, so rights and wrongs stand in one row, and parts speeds", async () => {
    const document = compareSchema.parse(await json("compare", "early", "--json"));
    const [row] = document.groups;
    expect(document.groups).toHaveLength(1);
    expect(row?.speeds.map(({ confidence }) => confidence).toSorted()).toEqual(["chosen", "off", "top2"]);
    expect(row?.speed.aggregate.decodeTokensPerSecond).toBeNull();
    const texts = new Sqlite(db, { readonly: true })
      .prepare("SELECT run_id, group_concat(token_ids) AS ids FROM turn WHERE run_id < 4 GROUP BY run_id")
      .all() as { ids: string }[];
    expect(new Set(texts.map(({ ids }) => ids)).size).toBe(1);
  });

  it("says what it costs before the run, and beside its figures", async () => {
    const flags = ["--turns", "2", "--confidence", "top2", "--dry-run", "--db", db];
    const { stdout, stderr } = await longhaul("run", model, ...flags);
    expect(`${stdout}${stderr}`).toMatch(
      /--confidence top2: a step of a small model took [\d.]+ to [\d.]+ times/,
    );
    expect((await shown(3))?.warnings.join()).toContain("put together with no other run's");
    expect((await shown(1))?.warnings.join()).not.toContain("--confidence");
  });

  it("is exported as JSON", async () => {
    const rows = (await json("export", "3", "4", "--format", "json")) as {
      run_id: number;
      answer: number | null;
      confidence: { first: number; probabilities: number[]; gaps: number[]; decides: number } | null;
    }[];
    for (const { answer, confidence } of rows)
      if (answer !== null) expect(confidence?.gaps).toHaveLength(confidence?.probabilities.length ?? 0);
  });

  it("holds before verify, which finds what is not as it was asked for", async () => {
    expect((await longhaul("verify", "--db", db)).stdout).not.toMatch(/confidence/);
    const changes = [
      ["UPDATE turn SET confidence = NULL WHERE run_id = 3 AND turn = 1", /confidence: run 3, .* a value/],
      ["UPDATE turn SET confidence = '{}' WHERE run_id = 3 AND turn = 1", /confidence: run 3, /],
      [
        "UPDATE turn SET confidence = json_set(confidence, '$.first', 900) WHERE run_id = 3 AND turn = 1",
        /confidence: run 3, .* tokens of an answer/,
      ],
      [
        "UPDATE turn SET confidence = json_set(confidence, '$.gaps', NULL) WHERE run_id = 3 AND turn = 1",
        /confidence: run 3, .*top2/,
      ],
    ] as const;
    for (const [index, [sql, finding]] of changes.entries()) {
      const copy = join(folder, `changed-${index}.db`);
      copyFileSync(db, copy);
      new Sqlite(copy).exec(sql);
      expect((await longhaul("verify", "3", "--db", copy)).stdout).toMatch(finding);
    }
  });
});
