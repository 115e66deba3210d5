import { describe, expect, test } from "vitest";
import { documentSchema } from "../../src/figures/run-schema.ts";
import { summarizeRows } from "../../src/report/summary.ts";
import { madeRollouts, madeRows, madeRun, madeSettings, madeSummary } from "./runs.ts";

describe("a summary", () => {
  const summary = madeSummary({}, madeRollouts([2, 2, 3, 5, 5, 8], 10));

  test("has the curve and its horizons", () => {
    expect(summary.taskAccuracy.map(({ accuracy }) => accuracy)).toEqual([
      1, 0.8, 0.7, 0.7, 0.5, 0.5, 0.5, 0.4, 0.4, 0.4, 0.4, 0.4,
    ]);
    expect(summary.horizons.map(({ s, turns, status }) => [s, turns, status])).toEqual([
      [0.5, 8, "reached"],
      [0.8, 3, "reached"],
      [0.9, 2, "reached"],
    ]);
  });

  test("tells a right turn from a right total", () => {
    expect(summary.turnAccuracy[2]).toMatchObject({ turn: 3, n: 10, correct: 9 });
    expect(summary.indexAccuracy[2]).toMatchObject({ turn: 3, n: 10, correct: 7 });
    expect(summary.overallTurnAccuracy).toMatchObject({ n: 120, correct: 114 });
    expect(summary.outcomes).toMatchObject({ right: 114, wrong_number: 6, no_tag: 0 });
  });

  test("holds file names only", () => {
    expect(summary.model.file).toBe("tiny-f16.gguf");
    const settings = madeSettings({
      dataset: { file: "C:\\home\\rows.json", sha256: null },
      chatTemplate: { file: "/home/somebody/chat.jinja", sha256: null },
    });
    const { requested } = madeSummary({ settings }, []).settings;
    expect(requested).toMatchObject({ dataset: "rows.json", chatTemplate: "chat.jinja", gpu: "auto" });
  });

  test("has the rates, the percentiles and the reuse share", () => {
    expect(summary.speed.aggregate).toMatchObject({
      prefillTokensPerSecond: 1600,
      decodeTokensPerSecond: (8 * 1000) / 12,
      conversations: 8,
    });
    expect(summary.speed.perConversation.decodeTokensPerSecond).toBeCloseTo(3000 / 21, 10);
    expect(summary.speed.ttftMs.p50).toBe(16.5);
    expect(summary.speed).toMatchObject({ prefillTokens: 2400, decodeTokens: 480, mixedBatches: 0 });
    const { withPrefix, withoutPrefix } = summary.speed.reuseShare;
    expect(withoutPrefix).toBeLessThan(withPrefix ?? 0);
  });

  test("counts keys as steps", () => {
    const { horizons } = madeSummary({ settings: madeSettings({ keysPerTurn: 3 }) }, madeRollouts([2, 2], 3));
    expect(horizons[0]).toMatchObject({ turns: 2, steps: 6 });
  });
});

describe("what a run that did not end well says", () => {
  test("an interrupted one says what it has, and lost rollouts are no failures", () => {
    const rollouts = [
      ...madeRollouts([], 4),
      { errorTurn: null, lastTurn: 3, end: "interrupted" as const },
      { errorTurn: null, lastTurn: 0, end: null },
    ];
    const summary = madeSummary({ status: "interrupted" }, rollouts);
    expect(summary.rollouts).toMatchObject({
      planned: 32,
      begun: 6,
      counted: 5,
      ended: { complete: 4, interrupted: 2 },
    });
    expect(summary.taskAccuracy[2]).toMatchObject({ atRisk: 5, censored: 1, accuracy: 1 });
    expect(summary.warnings).toContain("interrupted: 4 of 32 rollouts had all their turns, 26 never began");
  });

  test("a full context is said with its number", () => {
    const rollouts = [...madeRollouts([], 4), { errorTurn: null, lastTurn: 7, end: "context_full" as const }];
    const { warnings } = madeSummary({ settings: madeSettings({ rollouts: 5 }) }, rollouts);
    expect(warnings).toContain(
      "1 of 5 rollouts filled its context: counted up to there, the rest is unknown",
    );
  });

  test("few rollouts and a horizon beyond the run are said", () => {
    const { warnings } = madeSummary({ warnings: ["from the engine"] }, madeRollouts([4], 32));
    expect(warnings).toEqual([
      "from the engine",
      "H50 lies beyond turn 12: more --turns may show it",
      "H90 rests on 32 rollouts; up to 50 its estimate runs high",
    ]);
    expect(
      madeSummary(
        {},
        madeRollouts(
          Array.from({ length: 40 }, () => 3),
          60,
        ),
      ).warnings,
    ).toEqual([]);
  });

  test("a failed one without turns is unknown throughout, never 0", () => {
    const summary = summarizeRows({
      ...madeRows(
        madeRun({ status: "failed", error: "broken.gguf: not a GGUF file", model: null, wallMs: 0 }),
        [],
      ),
      batches: [],
    });
    expect(summary.model).toEqual({
      name: null,
      file: null,
      sha256: null,
      architecture: null,
      parameters: null,
      bitsPerWeight: null,
      quantization: null,
      bytes: null,
    });
    expect(summary.horizons[0]).toMatchObject({ turns: null, low: null, high: null, n: 0 });
    expect(summary.overallTurnAccuracy).toMatchObject({ n: 0, accuracy: null });
    expect(summary.speed.aggregate.decodeTokensPerSecond).toBeNull();
    expect(summary.warnings).toEqual([]);
  });
});

describe("what is said of rollouts that something else ended", () => {
  const cut = (lastTurn: number, end: "context_full" | "engine_error") => ({
    errorTurn: null,
    lastTurn,
    end,
  });
  const many = (count: number, rollout: ReturnType<typeof cut>) =>
    Array.from({ length: count }, () => rollout);

  test("a horizon that one rollout is left to tell is unknown", () => {
    const summary = madeSummary({}, [...many(31, cut(3, "engine_error")), ...madeRollouts([], 1)]);
    expect(summary.horizons[0]).toMatchObject({ status: "unknown", turns: null, lastTurn: 3 });
    expect(summary.warnings).toContain(
      "H50 is unknown: 31 of 32 rollouts were cut, and too few are left after turn 3",
    );
    expect(summary.warnings.join()).not.toContain("beyond");
  });

  test("contexts that are all full ask for more context, not for more turns", () => {
    const { warnings } = madeSummary({}, many(32, cut(7, "context_full")));
    expect(warnings).toContain(
      "H50 lies beyond turn 7, where contexts were full: a larger --context may show it",
    );
    expect(warnings.join()).not.toContain("--turns");
  });

  test("what the interval allows for is said", () => {
    const { warnings } = madeSummary({}, [...many(6, cut(3, "engine_error")), ...madeRollouts([5, 6], 26)]);
    expect(warnings).toContain(
      "intervals of horizons allow for 6 cut rollouts: at the low end they are wrong in the next turn, at the high end right to the end",
    );
  });
});

test("summaries of all kinds fit the schema, and survive JSON", () => {
  const runs = [
    madeSummary({}, madeRollouts([2, 3], 8)),
    madeSummary({ id: 2, engine: "scripted", engineSpec: "p=0.9", model: null }, madeRollouts([1], 8)),
    madeSummary({ id: 3, status: "failed", error: "no", model: null }, []),
  ];
  const document = {
    schemaVersion: 1,
    db: "longhaul.db",
    machine: runs[0]?.machine,
    verdict: "none",
    nextLevel: null,
    runs,
  };
  expect(documentSchema.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
});
