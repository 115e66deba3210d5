import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomialLowerTail } from "../../src/metrics/distributions.ts";
import { signFlipShare } from "../../src/metrics/sign-flips.ts";

describe("the share of sign changes", () => {
  test("is the one that listing them all gives, whatever their order and signs", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 10 }), (numbers) => {
        let sums = [0];
        for (const number of numbers) sums = sums.flatMap((sum) => [sum + number, sum - number]);
        const seen = Math.abs(numbers.reduce((sum, number) => sum + number, 0));
        const share = sums.filter((sum) => Math.abs(sum) >= seen).length / sums.length;
        expect(signFlipShare(numbers)).toBeCloseTo(share, 12);
        expect(signFlipShare(numbers.toReversed().map((number) => -number))).toBe(signFlipShare(numbers));
      }),
    );
  });

  test("is the sign test where all are of one size, down to chances that no draw would find", () => {
    const numbers = Array.from({ length: 95 }, (_, index) => (index < 60 ? 4 : -4));
    expect(signFlipShare(numbers)).toBeCloseTo(2 * binomialLowerTail(35, 95, 0.5), 12);
    const same = Array.from({ length: 300 }, () => -3);
    expect((signFlipShare(same) ?? 0) / 2 ** -299).toBeCloseTo(1, 9);
    expect(signFlipShare(Array.from({ length: 1200 }, () => 1))).toBeGreaterThan(0);
  });

  test("is 1 where nothing differs, and not counted where numbers are not whole or too many", () => {
    for (const numbers of [[], [0, 0], [3, -3]]) expect(signFlipShare(numbers)).toBe(1);
    expect(signFlipShare([0.5, 1])).toBeNull();
    expect(signFlipShare(Array.from({ length: 4000 }, () => 90))).toBeNull();
  });
});
