import { describe, expect, it } from "vitest";
import type { Batch } from "../../src/engine/engine.ts";
import { forecastMs } from "../../src/runs/forecast.ts";

function batch(overrides: Partial<Batch>): Batch {
  return {
    index: 0,
    phase: "warmup",
    threads: null,
    cpuMs: null,
    mark: null,
    startMs: 0,
    endMs: 10,
    conversations: 4,
    prefillTokens: 0,
    decodeTokens: 0,
    ...overrides,
  };
}

describe("forecastMs", () => {
  const warmUp = [
    batch({ prefillTokens: 100 }),
    batch({ decodeTokens: 4 }),
    batch({ decodeTokens: 1, conversations: 1 }),
  ];

  it("is tokens over the warm-up's rates, decoding by all conversations together", () => {
    expect(forecastMs(warmUp, 4, { prefillTokens: 1000, decodeTokens: 400 })).toBeCloseTo(100 + 1000);
  });

  it("is unknown without a count or a rate", () => {
    expect(forecastMs(warmUp, 4, null)).toBeNull();
    expect(forecastMs([], 4, { prefillTokens: 1, decodeTokens: 1 })).toBeNull();
    expect(forecastMs(warmUp, 8, { prefillTokens: 1, decodeTokens: 1 })).toBeNull();
  });
});
