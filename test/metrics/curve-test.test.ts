import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logRankTest } from "../../src/metrics/log-rank.ts";
import { testCurves } from "../../src/metrics/curve-test.ts";
import type { PlayedRollout } from "../../src/metrics/played-rollout.ts";
import { survivalCurve } from "../../src/metrics/survival.ts";
import { Random } from "../../src/random.ts";

const turns = 40;

function sample(prefix: string, errors: readonly (number | null)[]): PlayedRollout[] {
  return errors.map((firstErrorTurn, index) => ({
    instance: `${prefix}${index}`,
    lastTurn: turns,
    firstErrorTurn,
  }));
}

const someErrors = fc.array(fc.option(fc.integer({ min: 1, max: turns }), { nil: null }), {
  minLength: 1,
  maxLength: 60,
});

describe("testCurves", () => {
  it("is the ordinary log-rank test where no instance is common", () => {
    fc.assert(
      fc.property(someErrors, someErrors, (left, right) => {
        const [first, second] = [sample("a", left), sample("b", right)];
        const plain = logRankTest(survivalCurve(first, turns).points, survivalCurve(second, turns).points);
        const test = testCurves(first, second, turns);
        expect(test?.pValue).toBe(plain?.pValue);
        expect(test?.test ?? "log-rank").toBe("log-rank");
      }),
    );
  });

  it("has the log-rank numerator also where instances are paired", () => {
    fc.assert(
      fc.property(
        someErrors,
        fc.array(fc.option(fc.integer({ min: 1, max: turns }), { nil: null }), {
          minLength: 60,
          maxLength: 60,
        }),
        (left, rest) => {
          const right = rest.slice(0, left.length);
          const [first, second] = [sample("i", left), sample("i", right)];
          const plain = logRankTest(survivalCurve(first, turns).points, survivalCurve(second, turns).points);
          const test = testCurves(first, second, turns);
          if (test === null || plain === null) return;
          expect(test.excess).toBeCloseTo(plain.observed - plain.expected, 9);
        },
      ),
    );
  });

  it("does not depend on the order of rollouts, and mirrors when the samples are swapped", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: turns }), fc.integer({ min: 1, max: turns })), {
          minLength: 2,
          maxLength: 50,
        }),
        (pairs) => {
          const first = sample(
            "i",
            pairs.map(([error]) => error),
          );
          const second = sample(
            "i",
            pairs.map(([, error]) => error),
          );
          const test = testCurves(first, second, turns);
          const mirrored = testCurves(second, first, turns);
          const shuffled = testCurves(first.toReversed(), second, turns);
          expect(shuffled?.pValue ?? 1).toBeCloseTo(test?.pValue ?? 1, 9);
          expect(mirrored?.pValue ?? 1).toBeCloseTo(test?.pValue ?? 1, 9);
          if (test !== null) expect(mirrored?.excess).toBeCloseTo(-test.excess, 9);
        },
      ),
    );
  });

  it("counts out what swapping a few instances can do: 3 that differ one way of 6 give 2/8", () => {
    const first = sample("i", [null, null, null, 5, 9, null]);
    const second = sample("i", [3, 3, 3, 5, 9, null]);
    const test = testCurves(first, second, turns);
    expect(test?.pValue).toBe(0.25);
    expect(test?.z).toBeNull();
    expect(test?.excess).toBeLessThan(0);
  });

  it("sees nothing between equal rows, and nothing where nobody erred", () => {
    const errors = [1, 4, null, 9];
    expect(testCurves(sample("i", errors), sample("i", errors), turns)).toBeNull();
    expect(testCurves(sample("i", [null, null]), sample("i", [null, null]), turns)).toBeNull();
    expect(testCurves([], sample("i", errors), turns)).toBeNull();
  });

  it("is sharper where both models stumble over the same instances", () => {
    const random = new Random("sharper");
    const hard = Array.from({ length: 60 }, () => 1 + random.below(30));
    const first = sample(
      "i",
      hard.map((turn) => Math.min(turns, turn + 3)),
    );
    const second = sample("i", hard);
    const strangers = second.map((rollout) => ({ ...rollout, instance: `other ${rollout.instance}` }));
    const pairedP = testCurves(first, second, turns)?.pValue ?? 1;
    expect(pairedP).toBeLessThan(0.001);
    expect(testCurves(first, strangers, turns)?.pValue ?? 0).toBeGreaterThan(100 * pairedP);
  });

  it("counts a first error beyond the common turns as none", () => {
    const first = sample("i", [50, 60, 70, null]);
    expect(testCurves(first, sample("i", [null, null, null, null]), turns)).toBeNull();
  });
});
