import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomialLowerTail } from "../../src/metrics/distributions.ts";
import { type Exchanges, permutationTest, type Pool } from "../../src/metrics/permutation-test.ts";
import { Random } from "../../src/random.ts";

const numbers = fc.array(
  fc.oneof(fc.integer({ min: -9, max: 9 }), fc.double({ min: -2, max: 2, noNaN: true })),
  {
    maxLength: 30,
  },
);
const pools = fc.array(fc.record({ first: numbers, second: numbers }), { maxLength: 3 });

function turned({ swaps, pools: parts }: Exchanges): Exchanges {
  return {
    swaps: swaps.map((swap) => -swap).toReversed(),
    pools: parts
      .map(({ first, second }): Pool => ({ first: second.toReversed(), second: first.toReversed() }))
      .toReversed(),
  };
}

describe("the permutation test", () => {
  test("does not know which sample came first, nor in what order its rows did", () => {
    fc.assert(
      fc.property(numbers, pools, (swaps, parts) => {
        const [one, other] = [{ swaps, pools: parts }, turned({ swaps, pools: parts })].map((exchanges) =>
          permutationTest(exchanges),
        );
        expect(other?.pValue).toBe(one?.pValue);
        expect(other?.side).toBe(-(one?.side ?? 0) + 0);
      }),
      { numRuns: 60 },
    );
  });

  test("is the sign test where all swaps are of one size", () => {
    const swaps = [...Array.from({ length: 60 }, () => 1), ...Array.from({ length: 35 }, () => -1)];
    const { pValue, isExact } = permutationTest({ swaps, pools: [] });
    expect(isExact).toBe(true);
    expect(pValue).toBeCloseTo(2 * binomialLowerTail(35, 95, 0.5), 12);
    const all = permutationTest({ swaps: Array.from({ length: 300 }, () => -3), pools: [] });
    expect(all.pValue / 2 ** -299).toBeCloseTo(1, 9);
    expect(all.side).toBe(-1);
  });

  test("counts the same by adding up, by listing and, nearly, by drawing", () => {
    const random = new Random("ways");
    const whole = Array.from({ length: 12 }, () => random.below(9) - 3);
    const counted = permutationTest({ swaps: whole, pools: [] });
    const listed = permutationTest({ swaps: whole.map((swap) => swap / 3), pools: [] });
    expect(listed.pValue).toBeCloseTo(counted.pValue, 12);
    const long = Array.from({ length: 40 }, () => random.below(9) - 3);
    const exact = permutationTest({ swaps: long, pools: [] });
    const drawn = permutationTest({ swaps: long.map((swap) => swap / 3), pools: [] });
    expect([exact.isExact, drawn.isExact]).toEqual([true, false]);
    expect(Math.abs(drawn.pValue - exact.pValue)).toBeLessThan(0.02);
  });

  test("deals labels anew among rollouts without a partner", () => {
    // Of the 20 ways to name three of six as first, two part them as widely.
    const parted = permutationTest({ swaps: [], pools: [{ first: [7, 8, 9], second: [1, 2, 3] }] });
    expect(parted).toEqual({ side: 1, pValue: 0.1, isExact: true });
    const single = permutationTest({ swaps: [], pools: [{ first: [1], second: [2, 3, 4] }] });
    expect(single.pValue).toBe(0.5);
  });

  test("draws on while no draw reaches what was seen, until p is small enough for all comparisons", () => {
    const first = Array.from({ length: 40 }, (_, index) => index / 7);
    const exchanges = { swaps: [], pools: [{ first, second: first.map((score) => score + 100) }] };
    expect(permutationTest(exchanges).pValue).toBe(1 / 10_000);
    expect(permutationTest(exchanges, 200).pValue).toBe(1 / 100_000);
  });

  test("tells nothing where there is nothing to exchange", () => {
    for (const swaps of [[], [0, 0], [3, -3]]) expect(permutationTest({ swaps, pools: [] }).pValue).toBe(1);
    expect(permutationTest({ swaps: [], pools: [{ first: [1, 2], second: [] }] }).pValue).toBe(1);
  });
});
