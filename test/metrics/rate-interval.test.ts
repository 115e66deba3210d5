import { describe, expect, it } from "vitest";
import { blocksOf, drawSteps, rateCoverage } from "../../bench/statistics/rate-coverage.ts";
import { type RateBlock, rateOf } from "../../src/metrics/rate-interval.ts";
import { rateRatio } from "../../src/metrics/rate-ratio.ts";
import { Random } from "../../src/random.ts";

describe("the interval of a rate", () => {
  it.each([
    [80, 0.5, 0.9],
    [200, 0.8, 0.92],
    [1000, 0.9, 0.92],
  ])("holds for %i successive batches that go with one another by %d", (count, correlation, least) => {
    expect(rateCoverage(count, correlation, 600).blocks).toBeGreaterThan(least);
  });

  it("holds far more often than if batches were taken for independent", () => {
    const { blocks, independent } = rateCoverage(1000, 0.9, 600);
    expect(independent).toBeLessThan(0.8);
    expect(blocks).toBeGreaterThan(independent + 0.1);
  });

  it("is no wider than it need be where batches do not go with one another", () => {
    expect(rateCoverage(1000, 0, 600).blocks).toBeLessThan(0.995);
  });

  it("is of a ratio by hand: five blocks, residuals of 1 and -1 ms", () => {
    const block = (ms: number): RateBlock => ({ batches: 10, ms, tokens: 10 });
    const { perSecond, low, high } = rateOf([block(11), block(9), block(10), block(11), block(9)]);
    // Variance 4 * 5 / 4 / 50 ** 2, Student's t of 4 degrees of freedom 2.7764.
    const halfWidth = 2.776_445 * Math.sqrt(5 / 2500);
    expect(perSecond).toBe(1000);
    expect(low).toBeCloseTo(1000 / (1 + halfWidth), 3);
    expect(high).toBeCloseTo(1000 / (1 - halfWidth), 3);
  });

  it.each([
    ["without a batch", []],
    ["with too few batches", blocksOf(drawSteps(new Random(1), 19, 0), 10)],
    ["with too few blocks", blocksOf(drawSteps(new Random(1), 100, 0), 4)],
    [
      "where one block holds nearly all tokens",
      [{ batches: 10, ms: 1000, tokens: 1000 }, ...blocksOf(drawSteps(new Random(1), 90, 0), 9)],
    ],
  ])("is not told %s", (_, blocks) => {
    expect(rateOf(blocks)).toMatchObject({ low: null, high: null });
  });
});

describe("the ratio of two rates", () => {
  it("is as uncertain as both", () => {
    const one = { perSecond: 200, low: 190, high: 210 };
    const other = { perSecond: 100, low: 100, high: 100 };
    expect(rateRatio(one, other)?.ratio).toBeCloseTo(2, 10);
    expect(rateRatio(one, other)?.low).toBeCloseTo(1.9, 2);
    const both = rateRatio(one, { perSecond: 100, low: 95, high: 105 });
    expect(both?.low).toBeLessThan(1.88);
    expect(rateRatio({ ...one, high: null }, other)).toBeNull();
  });
});
