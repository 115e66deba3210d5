import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { percentiles } from "../../src/metrics/percentile.ts";
import {
  aggregateSpeed,
  type BatchTotals,
  cpuShareOf,
  disturbanceOf,
} from "../../src/metrics/aggregate-speed.ts";
import { conversationSpeed, type TimingTotals } from "../../src/metrics/throughput.ts";

const reference = (
  JSON.parse(readFileSync(new URL("fixtures/survival.json", import.meta.url), "utf8")) as {
    percentiles: { samples: number[]; percents: number[]; values: number[] };
  }
).percentiles;

function batch(overrides: Partial<BatchTotals>): BatchTotals {
  return {
    batches: 1,
    ms: 10,
    prefillTokens: 0,
    decodeTokens: 0,
    conversations: 1,
    mark: null,
    threadMs: 0,
    cpuMs: 0,
    ...overrides,
  };
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
      prefill: { perSecond: 2000, low: null, high: null },
      decode: { perSecond: 300, low: null, high: null },
      conversations: 1,
      mixedBatches: 0,
      mixedTimeShare: 0,
    });
  });

  test("leave out mixed batches, and say how much was mixed", () => {
    const batches = [batch({ prefillTokens: 5, decodeTokens: 5, ms: 30 }), batch({ decodeTokens: 10 })];
    expect(aggregateSpeed(batches)).toEqual({
      prefill: { perSecond: null, low: null, high: null },
      decode: { perSecond: 1000, low: null, high: null },
      conversations: 1,
      mixedBatches: 1,
      mixedTimeShare: 0.75,
    });
  });

  test("are unknown without batches", () => {
    expect(aggregateSpeed([])).toMatchObject({ prefill: { perSecond: null }, mixedTimeShare: null });
  });

  test("leave out marked batches, of which is told how much time they took and what the rates are with them", () => {
    const batches = [
      batch({ decodeTokens: 10, ms: 60, threadMs: 120, cpuMs: 90 }),
      batch({ decodeTokens: 10, ms: 30, mark: "busy", threadMs: 30, cpuMs: 3 }),
      batch({ decodeTokens: 10, ms: 10, mark: "slept" }),
    ];
    expect(aggregateSpeed(batches)).toMatchObject({ decode: { perSecond: 10_000 / 60 }, conversations: 1 });
    expect(disturbanceOf(batches)).toEqual({
      busyTimeShare: 0.3,
      sleptTimeShare: 0.1,
      prefillTokensPerSecond: null,
      decodeTokensPerSecond: 300,
    });
    expect(cpuShareOf(batches)).toBe(0.75);
  });

  test("tell nothing of the processor where threads are not known", () => {
    expect(disturbanceOf([batch({ decodeTokens: 1 })])).toMatchObject({ busyTimeShare: 0 });
    expect(disturbanceOf([])).toMatchObject({ busyTimeShare: null });
    expect(cpuShareOf([batch({ decodeTokens: 1 })])).toBeNull();
  });
});

describe("what a conversation sees", () => {
  test("is weighted by tokens, and the first token of a turn is no decode interval", () => {
    const short = turn({ prefilledTokens: 5, ttftMs: 15, decodedTokens: 1, laterTokens: 0, decodeMs: 0 });
    const both = [turn({}), short];
    const speed = conversationSpeed(both, both, 0, noSamples);
    expect(speed.prefillTokensPerSecond).toBe(1000);
    expect(speed.decodeTokensPerSecond).toBe(250);
    expect(speed).toMatchObject({ prefillTokens: 25, reusedTokens: 160, decodeTokens: 4 });
  });

  test("times next tokens by those turns alone whose clock counts", () => {
    const speed = conversationSpeed([turn({}), turn({ decodeMs: 800 })], [turn({})], 0, noSamples);
    expect(speed).toMatchObject({ decodeTokensPerSecond: 250, prefillTokens: 40 });
  });

  test("has percentiles of the raw times of all turns", () => {
    const samples = { ttftMs: [[10, 30], [20]], interTokenMs: [[], Float64Array.of(1, 2, 3, 100)] };
    expect(conversationSpeed([turn({})], [turn({})], 0, samples)).toMatchObject({
      ttftMs: { p50: 20, p95: 29 },
      interTokenMs: { p50: 2.5 },
    });
  });

  test("shows reuse with the shared prefix and without it at turn 1", () => {
    const turns = [turn({}), turn({ promptTokens: 120, reusedTokens: 110, prefilledTokens: 10 })];
    const { reuseShare } = conversationSpeed(turns, turns, 70, noSamples);
    expect(reuseShare.withPrefix).toBeCloseTo(190 / 220, 15);
    expect(reuseShare.withoutPrefix).toBeCloseTo(120 / 150, 15);
  });

  test("is unknown without turns", () => {
    expect(conversationSpeed([], [], 0, noSamples)).toMatchObject({
      prefillTokensPerSecond: null,
      ttftMs: { p50: null },
      reuseShare: { withPrefix: null, withoutPrefix: null },
    });
  });
});
