import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mcnemarTest } from "../../src/metrics/mcnemar.ts";
import { reference } from "./reference.ts";

describe("McNemar's test", () => {
  test.each(reference.mcnemar)("agrees with R's binom.test, $onlyFirst against $onlySecond", (expected) => {
    const { onlyFirst, onlySecond } = expected;
    const test = mcnemarTest(onlyFirst, onlySecond);
    expect((test?.pValue ?? 0) / expected.pValue).toBeCloseTo(1, 10);
    expect((test?.midP ?? 0) / expected.midP).toBeCloseTo(1, 10);
    expect(test?.discordant).toBe(onlyFirst + onlySecond);
  });

  test("has nothing to tell where no pair differs", () => {
    expect(mcnemarTest(0, 0)).toBeNull();
  });

  test("does not depend on which is first, and mid-p is smaller", () => {
    const count = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(count, count, (onlyFirst, onlySecond) => {
        const test = mcnemarTest(onlyFirst, onlySecond);
        expect(mcnemarTest(onlySecond, onlyFirst)).toEqual(test);
        if (test === null) return;
        expect(test.midP).toBeLessThan(test.pValue);
        expect(test.midP).toBeGreaterThan(0);
        expect(test.pValue).toBeLessThanOrEqual(1);
      }),
    );
  });
});
