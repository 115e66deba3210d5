import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { percentiles } from "../../src/metrics/percentile.ts";
import {
  aggregateSpeed,
  type BatchTotals,
  conversationSpeed,
  type TimingTotals,
} from "../../src/metrics/throughput.ts";

const reference = (
  JSON.parse(readFileSync(new URL("fixtures/survival.json", import.meta.url), "utf8")) as {
    percentiles: { samples: number[]; percents: number[]; values: number[] };
  }
).percentiles;

function batch(overrides: Partial<BatchTotals>): BatchTotals {
  return { batches: 1, ms: 10, prefillTokens: 0, decodeTokens: 0, conversations: 1, ...overrides };
}

function turn(overrides: Partial<TimingTotals>): TimingTotals {
  return {
    promptTokens: 100,
    reusedTokens: 80,
    prefilledTokens: 20,
    decodedTokens: 3,
    laterTokens: 2,
    ttftMs: 10,
    decodeMs: 8,
    ...overrides,
  };
}

const noSamples = { ttftMs: [], interTokenMs: [] };

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
      batch({ prefillTokens: 200, ms: 100 }),
      batch({ decodeTokens: 8, ms: 20 }),
      batch({ decodeTokens: 4, ms: 20 }),
    ];
    expect(aggregateSpeed(batches)).toEqual({
      prefillTokensPerSecond: 2000,
      decodeTokensPerSecond: 300,
      conversations: 1,
      mixedBatches: 0,
      mixedTimeShare: 0,
    });
  });

  test("leave out mixed batches, and say how much was mixed", () => {
    const batches = [batch({ prefillTokens: 5, decodeTokens: 5, ms: 30 }), batch({ decodeTokens: 10 })];
    expect(aggregateSpeed(batches)).toEqual({
      prefillTokensPerSecond: null,
      decodeTokensPerSecond: 1000,
      conversations: 1,
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
      [turn({}), turn({ prefilledTokens: 5, ttftMs: 15, decodedTokens: 1, laterTokens: 0, decodeMs: 0 })],
      0,
      noSamples,
    );
    expect(speed.prefillTokensPerSecond).toBe(1000);
    expect(speed.decodeTokensPerSecond).toBe(250);
    expect(speed).toMatchObject({ prefillTokens: 25, reusedTokens: 160, decodeTokens: 4 });
  });

  test("has percentiles of the raw times of all turns", () => {
    const samples = { ttftMs: [10, 30, 20], interTokenMs: [1, 2, 3, 100] };
    expect(conversationSpeed([turn({})], 0, samples)).toMatchObject({
      ttftMs: { p50: 20, p95: 29 },
      interTokenMs: { p50: 2.5 },
    });
  });

  test("shows reuse with the shared prefix and without it at turn 1", () => {
    const turns = [turn({}), turn({ promptTokens: 120, reusedTokens: 110, prefilledTokens: 10 })];
    const { reuseShare } = conversationSpeed(turns, 70, noSamples);
    expect(reuseShare.withPrefix).toBeCloseTo(190 / 220, 15);
    expect(reuseShare.withoutPrefix).toBeCloseTo(120 / 150, 15);
  });

  test("is unknown without turns", () => {
    expect(conversationSpeed([], 0, noSamples)).toMatchObject({
      prefillTokensPerSecond: null,
      ttftMs: { p50: null },
      reuseShare: { withPrefix: null, withoutPrefix: null },
    });
  });
});
