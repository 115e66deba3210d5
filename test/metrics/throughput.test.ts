import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { percentiles } from "../../src/metrics/percentile.ts";
import {
  aggregateSpeed,
  type BatchTiming,
  type ConversationTiming,
  conversationSpeed,
} from "../../src/metrics/throughput.ts";

const reference = (
  JSON.parse(readFileSync(new URL("fixtures/survival.json", import.meta.url), "utf8")) as {
    percentiles: { samples: number[]; percents: number[]; values: number[] };
  }
).percentiles;

function batch(overrides: Partial<BatchTiming>): BatchTiming {
  return { phase: "run", startMs: 0, endMs: 10, prefillTokens: 0, decodeTokens: 0, ...overrides };
}

function turn(overrides: Partial<ConversationTiming>): ConversationTiming {
  return {
    turn: 1,
    promptTokens: 100,
    reusedTokens: 80,
    prefilledTokens: 20,
    decodedTokens: 3,
    ttftMs: 10,
    decodeMs: 8,
    interTokenMs: [4, 4],
    ...overrides,
  };
}

test("percentiles agree with R's quantile, type 7", () => {
  for (const [i, value] of percentiles(reference.samples, reference.percents).entries()) {
    expect(value).toBeCloseTo(reference.values[i] ?? -1, 12);
  }
  expect(percentiles([], [50, 95])).toEqual([null, null]);
  expect(percentiles([7], [50, 95])).toEqual([7, 7]);
});

describe("aggregate rates", () => {
  test("are tokens over the time of the batches of one kind", () => {
    const batches = [
      batch({ prefillTokens: 200, endMs: 100 }),
      batch({ decodeTokens: 8, startMs: 100, endMs: 120 }),
      batch({ decodeTokens: 4, startMs: 150, endMs: 170 }),
    ];
    expect(aggregateSpeed(batches)).toEqual({
      prefillTokensPerSecond: 2000,
      decodeTokensPerSecond: 300,
      mixedBatches: 0,
      mixedTimeShare: 0,
    });
  });

  test("leave out warm-up, prefix and mixed batches, and say how much was mixed", () => {
    const batches = [
      batch({ phase: "warmup", prefillTokens: 999 }),
      batch({ phase: "prefix", prefillTokens: 999 }),
      batch({ prefillTokens: 5, decodeTokens: 5, endMs: 30 }),
      batch({ decodeTokens: 10 }),
    ];
    expect(aggregateSpeed(batches)).toEqual({
      prefillTokensPerSecond: null,
      decodeTokensPerSecond: 1000,
      mixedBatches: 1,
      mixedTimeShare: 0.75,
    });
  });

  test("are unknown without batches", () => {
    expect(aggregateSpeed([])).toMatchObject({ prefillTokensPerSecond: null, mixedTimeShare: null });
  });
});

describe("what a conversation sees", () => {
  test("is weighted by tokens, and the first token of a turn is no decode interval", () => {
    const speed = conversationSpeed(
      [
        turn({}),
        turn({ turn: 2, prefilledTokens: 5, ttftMs: 15, decodedTokens: 1, decodeMs: 0, interTokenMs: [] }),
      ],
      0,
    );
    expect(speed.prefillTokensPerSecond).toBe(1000);
    expect(speed.decodeTokensPerSecond).toBe(250);
    expect(speed).toMatchObject({ prefillTokens: 25, reusedTokens: 160, decodeTokens: 4 });
  });

  test("has percentiles of the raw times of all turns", () => {
    const turns = [
      turn({ interTokenMs: [1, 2, 3] }),
      turn({ ttftMs: 30, interTokenMs: [100] }),
      turn({ ttftMs: 20, interTokenMs: [] }),
    ];
    expect(conversationSpeed(turns, 0)).toMatchObject({
      ttftMs: { p50: 20, p95: 29 },
      interTokenMs: { p50: 2.5 },
    });
  });

  test("shows reuse with the shared prefix and without it at turn 1", () => {
    const turns = [turn({}), turn({ turn: 2, promptTokens: 120, reusedTokens: 110, prefilledTokens: 10 })];
    const { reuseShare } = conversationSpeed(turns, 70);
    expect(reuseShare.withPrefix).toBeCloseTo(190 / 220, 15);
    expect(reuseShare.withoutPrefix).toBeCloseTo(120 / 150, 15);
  });

  test("is unknown without turns", () => {
    expect(conversationSpeed([], 10)).toMatchObject({
      prefillTokensPerSecond: null,
      ttftMs: { p50: null },
      reuseShare: { withPrefix: null, withoutPrefix: null },
    });
  });
});
