import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { driftOf, pairedRatio, rateChange, summarizeRepetitions } from "../../src/metrics/repetitions.ts";
import { Random } from "../../src/random.ts";

/** About 100, with a standard deviation of about 2 %. */
function noisy(random: Random, count: number, trend = 0): number[] {
  return Array.from({ length: count }, (_, index) => {
    const noise = Array.from({ length: 12 }, () => random.unit()).reduce((sum, one) => sum + one, -6);
    return 100 * Math.exp(0.02 * noise + trend * index);
  });
}

/** How many of so many draws are so. */
function share(draws: number, isSo: (random: Random) => boolean): number {
  const found = Array.from({ length: draws }, (_, index) => isSo(new Random("repetitions", index)));
  return found.filter(Boolean).length / draws;
}

describe("summarizeRepetitions", () => {
  it("is what is computed by hand", () => {
    const { median, mean, deviation, interval } = summarizeRepetitions([90, 110, 100]);
    expect([median, mean, deviation]).toEqual([100, 100, 10]);
    // exp(mean of logs ± t(0.975, 2) * sd / sqrt(3)), t = 4.302653
    expect(interval?.low).toBeCloseTo(77.67, 2);
    expect(interval?.high).toBeCloseTo(127.89, 2);
  });

  it("tells nothing of what it has not", () => {
    expect(summarizeRepetitions([])).toEqual({ median: null, mean: null, deviation: null, interval: null });
    expect(summarizeRepetitions([5])).toEqual({ median: 5, mean: 5, deviation: null, interval: null });
  });

  it("has the true rate in its interval as often as it says", () => {
    const hit = share(1500, (random) => {
      const { interval } = summarizeRepetitions(noisy(random, 5));
      return interval !== null && interval.low <= 100 && 100 <= interval.high;
    });
    expect(hit).toBeGreaterThan(0.93);
    expect(hit).toBeLessThan(0.97);
  });
});

describe("driftOf", () => {
  it("finds a planted trend, with its size and direction", () => {
    expect(driftOf([100, 97, 94.2, 91.2, 88.6])?.ratio).toBeCloseTo(0.886, 2);
    expect(driftOf([88.6, 91.2, 94.2, 97, 100])?.ratio).toBeGreaterThan(1.1);
    expect(share(300, (random) => driftOf(noisy(random, 10, -0.02)) !== null)).toBeGreaterThan(0.9);
  });

  it("is silent on noise but for one time in a hundred", () => {
    for (const count of [5, 8, 20])
      expect(share(2000, (random) => driftOf(noisy(random, count)) !== null)).toBeLessThan(0.02);
  });

  it("is silent where there are too few, or too little to act on", () => {
    expect(driftOf([100, 90, 80, 70])).toBeNull();
    expect(driftOf([100, 100.1, 100.2, 100.3, 100.4])).toBeNull();
    expect(driftOf([100, 100, 100, 100, 100])).toBeNull();
  });
});

describe("rateChange", () => {
  it("finds a planted change and is the reciprocal the other way round", () => {
    const [before, after] = [
      [100, 101, 99, 100, 100],
      [90, 91, 89, 90, 90],
    ];
    const change = rateChange(after, before);
    expect(change?.ratio).toBeCloseTo(0.9, 2);
    expect(change?.high).toBeLessThan(1);
    expect(1 / (rateChange(before, after)?.low ?? 0)).toBeCloseTo(change?.high ?? 0, 10);
  });

  it("has no change in its interval as often as it says", () => {
    const hit = share(1500, (random) => {
      const { low = 0, high = 0 } = rateChange(noisy(random, 5), noisy(random, 5)) ?? {};
      return low <= 1 && 1 <= high;
    });
    expect(hit).toBeGreaterThan(0.935);
  });

  it("tells no interval where one was measured once, and nothing of nothing", () => {
    expect(rateChange([50], [100, 101])).toEqual({ ratio: expect.closeTo(0.4975, 3) as number });
    expect(rateChange([], [100])).toBeNull();
  });
});

describe("pairedRatio", () => {
  it("holds its own estimate, and knows no difference where there is none", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (rates) => {
          const { ratio, low, high } = pairedRatio(rates, rates) ?? { ratio: 0, low: 0, high: 0 };
          expect([ratio, low, high]).toEqual([1, 1, 1]);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("is not fooled by what slowed both", () => {
    const theirs = [100, 100, 20, 100, 20, 100, 100, 20, 100, 100];
    const { low, high } = pairedRatio(
      theirs.map((rate) => rate * 0.9),
      theirs,
    ) ?? { low: 0, high: 0 };
    expect(low).toBeCloseTo(0.9, 10);
    expect(high).toBeCloseTo(0.9, 10);
  });

  it("needs pairs", () => {
    expect(pairedRatio([1, 2], [1])).toBeNull();
  });
});
