import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capacityOf } from "../../src/metrics/capacity.ts";
import { Random } from "../../src/random.ts";

describe("capacity", () => {
  it("is the largest size at or above the threshold, by a curve that never rises", () => {
    const found = capacityOf(
      [
        { keys: 1, n: 100, correct: 100 },
        { keys: 2, n: 100, correct: 84 },
        { keys: 3, n: 100, correct: 90 },
        { keys: 4, n: 100, correct: 40 },
      ],
      0.8,
      1,
    );
    expect(found?.keys).toBe(3);
    // 2 and 3 are pooled: (84 + 90) / 200.
    expect(found?.curve).toEqual([
      { keys: 1, share: 1 },
      { keys: 2, share: 0.87 },
      { keys: 3, share: 0.87 },
      { keys: 4, share: 0.4 },
    ]);
  });

  it("is 0 where even the smallest fails, and unknown without turns", () => {
    expect(capacityOf([{ keys: 1, n: 50, correct: 3 }], 0.8, 1)?.keys).toBe(0);
    expect(capacityOf([{ keys: 1, n: 0, correct: 0 }], 0.8, 1)).toBeNull();
    expect(capacityOf([], 0.8, 1)).toBeNull();
  });

  it("may be as large as what lies below the next size that was measured", () => {
    const found = capacityOf(
      [
        { keys: 4, n: 400, correct: 398 },
        { keys: 8, n: 400, correct: 100 },
      ],
      0.8,
      1,
    );
    expect(found).toMatchObject({ keys: 4, low: 4, high: 7 });
  });

  it("lies within its interval, whatever the order of the sizes, and the curve falls", () => {
    const sizes = fc.uniqueArray(
      fc.record({
        keys: fc.integer({ min: 1, max: 9 }),
        n: fc.integer({ min: 1, max: 60 }),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { selector: ({ keys }) => keys, minLength: 1 },
    );
    fc.assert(
      fc.property(sizes, (drawn) => {
        const tallies = drawn.map(({ keys, n, share }) => ({ keys, n, correct: Math.round(n * share) }));
        const found = capacityOf(tallies, 0.8, 1);
        expect(capacityOf(tallies.toReversed(), 0.8, 1)).toEqual(found);
        const shares = found?.curve.map(({ share }) => share) ?? [];
        expect(shares).toEqual(shares.toSorted((a, b) => b - a));
      }),
      { numRuns: 30 },
    );
  });

  it("holds the true one in its interval in at least 90 % of studies", () => {
    const random = new Random(5, "capacity-test");
    // 0.98 per key: 0.8 at 11 keys (0.8007), below at 12.
    let held = 0;
    const studies = 100;
    for (let study = 0; study < studies; study++) {
      const sizes = [9, 10, 11, 12, 13, 14].map((keys) => {
        let correct = 0;
        for (let turn = 0; turn < 100; turn++) if (random.unit() < 0.98 ** keys) correct++;
        return { keys, n: 100, correct };
      });
      const found = capacityOf(sizes, 0.8, study);
      if (found !== null && found.low <= 11 && found.high >= 11) held++;
    }
    expect(held / studies).toBeGreaterThanOrEqual(0.9);
  });
});
