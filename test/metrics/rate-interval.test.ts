import { describe, expect, it } from "vitest";
import { type RateBlock, rateOf } from "../../src/metrics/rate-interval.ts";
import { rateRatio } from "../../src/metrics/rate-ratio.ts";
import { Random } from "../../src/random.ts";

interface Step {
  readonly ms: number;
  readonly tokens: number;
}

/** Steps whose times are slow and fast together: an AR(1) disturbance of 10 %, on batches that shrink as turns end. */
function steps(random: Random, count: number, correlation: number): Step[] {
  let noise = normal(random);
  return Array.from({ length: count }, (_, index) => {
    const tokens = 8 - (index % 8);
    const ms = (3 + tokens) * (1 + 0.1 * noise);
    noise = correlation * noise + Math.sqrt(1 - correlation ** 2) * normal(random);
    return { ms, tokens };
  });
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
}

/** As the store adds them up. */
function blocksOf(all: readonly Step[], count: number): RateBlock[] {
  return Array.from({ length: count }, (_, block) => {
    const [from, to] = [block, block + 1].map((edge) => Math.floor((edge * all.length) / count));
    const part = all.slice(from, to);
    return {
      batches: part.length,
      ms: part.reduce((sum, { ms }) => sum + ms, 0),
      tokens: part.reduce((sum, { tokens }) => sum + tokens, 0),
    };
  });
}

/** How often the interval holds the rate without the disturbance. */
function coverage(count: number, correlation: number, blocks: number): number {
  const random = new Random(1, "rate-coverage", count, String(correlation));
  const studies = 600;
  let held = 0;
  for (let study = 0; study < studies; study++) {
    const all = steps(random, count, correlation);
    const tokens = all.reduce((sum, one) => sum + one.tokens, 0);
    const truth = (1000 * tokens) / all.reduce((sum, one) => sum + one.tokens + 3, 0);
    const { low, high } = rateOf(blocksOf(all, blocks));
    if (low !== null && low <= truth && truth <= (high ?? Number.POSITIVE_INFINITY)) held++;
  }
  return held / studies;
}

describe("the interval of a rate", () => {
  it.each([
    [80, 0.5, 0.9],
    [200, 0.8, 0.92],
    [1000, 0.9, 0.92],
  ])("holds for %i successive batches that go with one another by %d", (count, correlation, least) => {
    expect(coverage(count, correlation, 10)).toBeGreaterThan(least);
  });

  it("is no wider than it need be where batches do not go with one another", () => {
    expect(coverage(1000, 0, 10)).toBeLessThan(0.995);
  });

  it("is wider than if batches had nothing to do with each other", () => {
    const all = steps(new Random(1, "correlated"), 1000, 0.9);
    const dealt = new Random(2, "dealt").sample(all, all.length);
    const widthOf = (list: readonly Step[]): number => {
      const { low, high } = rateOf(blocksOf(list, 10));
      return (high ?? Number.NaN) - (low ?? Number.NaN);
    };
    expect(widthOf(all)).toBeGreaterThan(1.5 * widthOf(dealt));
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
    ["with too few batches", blocksOf(steps(new Random(1), 19, 0), 10)],
    ["with too few blocks", blocksOf(steps(new Random(1), 100, 0), 4)],
    [
      "where one block holds nearly all tokens",
      [{ batches: 10, ms: 1000, tokens: 1000 }, ...blocksOf(steps(new Random(1), 90, 0), 9)],
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
