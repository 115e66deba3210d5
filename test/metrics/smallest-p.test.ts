import { describe, expect, it } from "vitest";
import { testCurves } from "../../src/metrics/curve-test.ts";
import type { PlayedRollout } from "../../src/metrics/played-rollout.ts";
import { rolloutsForLevel, smallestPValue } from "../../src/metrics/smallest-p.ts";

function sample(prefix: string, count: number, errorOf: (index: number) => number | null): PlayedRollout[] {
  return Array.from({ length: count }, (_, index) => ({
    instance: `${prefix}${index}`,
    lastTurn: 50,
    firstErrorTurn: errorOf(index),
  }));
}

describe("smallestPValue", () => {
  it("is what the test gives where everything is as unlike as it can be", () => {
    for (const [first, second] of [
      [4, 4],
      [2, 9],
      [6, 5],
      [1, 30],
    ] as const) {
      const early = sample("a", first, (index) => 1 + index);
      const late = sample("b", second, (index) => 20 + index);
      const p = testCurves(early, late, 50)?.pValue ?? 1;
      expect(p).toBeCloseTo(smallestPValue(first, second, false), 10);
    }
    for (const pairs of [1, 2, 6, 10]) {
      const [early, late] = [sample("i", pairs, () => 1), sample("i", pairs, () => null)];
      expect(testCurves(early, late, 50)?.pValue).toBeCloseTo(smallestPValue(pairs, pairs, true), 12);
    }
  });

  it("is 1 where there is nothing to compare", () => {
    expect(smallestPValue(0, 10, false)).toBe(1);
    expect(smallestPValue(1, 1, true)).toBe(1);
  });
});

describe("rolloutsForLevel", () => {
  it("finds 8 paired rollouts too few for 7 comparisons, by 0.055", () => {
    expect(7 * smallestPValue(8, 8, true)).toBeCloseTo(0.0547, 4);
    expect(rolloutsForLevel(7, true)).toBe(9);
  });

  it("is the least that reaches the level, and leaves room for five errors", () => {
    expect(rolloutsForLevel(1, true)).toBe(6);
    expect(rolloutsForLevel(1, false)).toBe(4);
    for (const comparisons of [1, 3, 10, 45])
      for (const isPaired of [true, false]) {
        const least = rolloutsForLevel(comparisons, isPaired);
        expect(comparisons * smallestPValue(least, least, isPaired)).toBeLessThanOrEqual(0.05);
        expect(comparisons * smallestPValue(least - 1, least - 1, isPaired)).toBeGreaterThan(0.05);
      }
  });
});
