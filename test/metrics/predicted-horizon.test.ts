import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { predictedHorizon } from "../../src/metrics/predicted-horizon.ts";
import { proportion } from "../../src/metrics/proportion.ts";
import { Random } from "../../src/random.ts";

function predicted(first: readonly [number, number], second: readonly [number, number], s = 0.5) {
  return predictedHorizon(proportion(...first), proportion(...second), s);
}

describe("the horizon that two turns predict", () => {
  test("is the first turn strictly below: exact ties are not", () => {
    // 0.8 0.8^(t-1) is 0.64 at turn 2 and 0.512 at turn 3.
    expect(predicted([4, 5], [8, 10], 0.64)?.turns).toBe(3);
    expect(predicted([4, 5], [8, 10], 0.512)?.turns).toBe(4);
    expect(predicted([9, 10], [5, 9], 0.5)?.turns).toBe(3);
    expect(predicted([1, 2], [1, 1], 0.5)?.turns).toBeNull();
    expect(predicted([499, 1000], [1, 1], 0.5)?.turns).toBe(1);
  });

  test.each([1, 2, 3, 4])("a half to the power of %i is not below itself", (power) => {
    expect(predicted([7, 7], [50, 100], 0.5 ** power)?.turns).toBe(power + 2);
    expect(predicted([7, 7], [49, 100], 0.5 ** power)?.turns).toBe(power + 1);
  });

  test("goes by logarithms far out", () => {
    const turns = predicted([9999, 10_000], [9999, 10_000])?.turns;
    expect(turns).toBe(6932);
  });

  test("is beyond where turn 2 never went wrong, and at least what its interval allows", () => {
    const horizon = predicted([98, 100], [100, 100]);
    expect(horizon).toMatchObject({ turns: null, high: null });
    expect(horizon?.low).toBeGreaterThan(5);
    expect(horizon?.low).toBeLessThan(30);
  });

  test("is 1 or 2 where a turn never went right", () => {
    expect(predicted([0, 50], [50, 50])).toMatchObject({ turns: 1, low: 1, high: 1 });
    expect(predicted([50, 50], [0, 50])).toMatchObject({ turns: 2, low: 2, high: 2 });
    // The upper bound of 0 of 1 is 0.79, whose cube is just below a half.
    expect(predicted([0, 1], [0, 1])).toMatchObject({ turns: 1, low: 1, high: 3 });
  });

  test("is unknown where a turn was never judged", () => {
    expect(predicted([0, 0], [1, 2])).toBeNull();
    expect(predicted([1, 2], [0, 0])).toBeNull();
  });

  test("lies within its interval, which more rollouts of the same shares narrow", () => {
    const share = fc
      .integer({ min: 1, max: 200 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(share, share, fc.constantFrom(0.5, 0.8, 0.9), (first, second, s) => {
        const infinity = Number.POSITIVE_INFINITY;
        const { turns, low, high } = predicted(first, second, s) ?? { turns: 0, low: 0, high: 0 };
        expect(low ?? infinity).toBeLessThanOrEqual(turns ?? infinity);
        expect(high ?? infinity).toBeGreaterThanOrEqual(turns ?? infinity);
        const more = predicted([9 * first[0], 9 * first[1]], [9 * second[0], 9 * second[1]], s);
        expect(more?.turns).toBe(turns);
        expect(more?.low ?? infinity).toBeGreaterThanOrEqual(low ?? infinity);
        expect(more?.high ?? infinity).toBeLessThanOrEqual(high ?? infinity);
      }),
    );
  });

  test.each([
    [0.97, 0.95, 100],
    [0.9, 0.98, 50],
    [0.99, 0.99, 200],
  ])("has an interval that holds the truth, a1 = %d, a2 = %d, n = %i", (a1, a2, n) => {
    const truth = Math.floor(Math.log(0.5 / a1) / Math.log(a2)) + 2;
    const random = new Random("predicted-horizon", String(a1), String(a2));
    const draw = (chance: number) => Array.from({ length: n }).filter(() => random.unit() < chance).length;
    let held = 0;
    for (let study = 0; study < 1000; study++) {
      const horizon = predicted([draw(a1), n], [draw(a2), n]);
      if (
        (horizon?.low ?? Number.POSITIVE_INFINITY) <= truth &&
        truth <= (horizon?.high ?? Number.POSITIVE_INFINITY)
      )
        held++;
    }
    expect(held / 1000).toBeGreaterThan(0.93);
  });
});
