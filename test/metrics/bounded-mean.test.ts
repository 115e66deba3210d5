import { describe, expect, test } from "vitest";
import { boundedMean, boundedMeanDifference } from "../../src/metrics/bounded-mean.ts";
import type { PlayedRollout } from "../../src/metrics/played-rollout.ts";
import { pairedMeanDifference, restrictedMean } from "../../src/metrics/restricted-mean.ts";
import { riskRows } from "../../src/metrics/risk-rows.ts";

/** Every rollout errs at its turn, of `turns`. */
function erring(turns: number, ...errors: readonly number[]): PlayedRollout[] {
  return errors.map((firstErrorTurn, index) => ({
    instance: String(index),
    lastTurn: turns,
    firstErrorTurn,
  }));
}

function cut(rollouts: readonly PlayedRollout[], lastTurn: number): PlayedRollout[] {
  return rollouts.map((rollout) => ({ ...rollout, lastTurn, firstErrorTurn: null, cut: "fault" }));
}

const errors = [3, 9, 4, 7, 2, 8, 5, 6, 9, 3, 4, 8];

describe("the mean of turns before the first error", () => {
  const plain = erring(10, ...errors);

  test("is the restricted mean while nothing is cut or shared", () => {
    expect(boundedMean(plain, 10)).toEqual(restrictedMean(riskRows(plain), 10));
  });

  test("reaches from all cut ones wrong next to all right to the limit", () => {
    const some = [...cut(plain.slice(0, 6), 2), ...plain.slice(6)];
    const { low = 0, high = 0 } = boundedMean(some, 10) ?? {};
    const wrong = restrictedMean(riskRows([...erring(10, 3, 3, 3, 3, 3, 3), ...plain.slice(6)]), 10);
    expect(low).toBeLessThanOrEqual(wrong?.low ?? -1);
    const right = restrictedMean(riskRows([...cut(plain.slice(0, 6), 10), ...plain.slice(6)]), 10);
    expect(high).toBeGreaterThanOrEqual(right?.high ?? 99);
  });

  test("is as sure as dictionaries allow", () => {
    const shared = Array.from({ length: 60 }, (_, index) => ({
      ...erring(10, 2 + (index % 6))[0],
      instance: String(index),
      lastTurn: 10,
      firstErrorTurn: 2 + (index % 6),
      dictionary: String(index % 6),
    }));
    const own = shared.map(({ dictionary: _dictionary, ...rollout }) => rollout);
    const widthOf = (rollouts: readonly PlayedRollout[]): number => {
      const { low, high } = boundedMean(rollouts, 10) ?? { low: 0, high: 0 };
      return (high ?? 0) - (low ?? 0);
    };
    expect(widthOf(shared)).toBeGreaterThan(3 * widthOf(own));
  });
});

describe("the difference of two means", () => {
  const [first, second] = [erring(10, ...errors), erring(10, 2, 9, 1, 5, 3, 8, 2, 6, 4, 1, 4, 7)];

  test("is the paired one while nothing is cut, and turns with its sign", () => {
    expect(boundedMeanDifference(first, second, 10, true)).toMatchObject({
      ...pairedMeanDifference(first, second, 10),
    });
    const there = boundedMeanDifference(first, second, 10, false);
    const back = boundedMeanDifference(second, first, 10, false);
    expect(there?.mean).toBeCloseTo(-(back?.mean ?? 0), 12);
    expect(there?.low).toBeCloseTo(-(back?.high ?? 0), 12);
  });

  test.each([true, false])("allows for both worst cases where some were cut (paired: %s)", (isPaired) => {
    const some = [...cut(first.slice(0, 4), 2), ...first.slice(4)];
    const { low, high } = boundedMeanDifference(some, second, 10, isPaired) ?? {};
    const worst = [...erring(10, 3, 3, 3, 3), ...first.slice(4)];
    const best = [...cut(first.slice(0, 4), 10), ...first.slice(4)];
    expect(low).toBeLessThanOrEqual(boundedMeanDifference(worst, second, 10, isPaired)?.low ?? -99);
    expect(high).toBeGreaterThanOrEqual(boundedMeanDifference(best, second, 10, isPaired)?.high ?? 99);
  });

  test("of pairs that share dictionaries is summed by dictionary", () => {
    const by = (rollouts: readonly PlayedRollout[]): PlayedRollout[] =>
      rollouts.map((rollout, index) => ({ ...rollout, dictionary: String(index % 6) }));
    const own = pairedMeanDifference(first, second, 10);
    const shared = pairedMeanDifference(by(first), by(second), 10);
    expect(shared?.mean).toBe(own?.mean);
    expect(shared?.standardError).toBeGreaterThanOrEqual(own?.standardError ?? 1);
    expect(shared?.low).toBeLessThan(own?.low ?? 0);
  });
});
