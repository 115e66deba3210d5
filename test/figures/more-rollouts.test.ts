import { describe, expect, it } from "vitest";
import { moreRollouts } from "../../src/figures/more-rollouts.ts";
import type { Pair } from "../../src/figures/pairs.ts";
import { testCurves } from "../../src/metrics/curve-test.ts";
import { normalQuantile, normalTwoSided } from "../../src/metrics/distributions.ts";
import type { PlayedRollout } from "../../src/metrics/played-rollout.ts";
import { Random } from "../../src/random.ts";

const turns = 40;

/** Rollouts of a model that is right in each step with chance p. */
function played(p: number, count: number, random: Random, sample: string): PlayedRollout[] {
  return Array.from({ length: count }, (_, index) => {
    const first = 1 + Math.floor(Math.log(1 - random.unit()) / Math.log(p));
    const firstErrorTurn = first <= turns ? first : null;
    const instance = `${sample}${index}`;
    return { instance, lastTurn: turns, firstErrorTurn, cut: null, dictionary: instance } as PlayedRollout;
  });
}

/** A pair between which the test found this. */
function pairOf(pValue: number, rollouts: number, events = 30): Pair {
  const contender = { played: Array.from({ length: rollouts }, () => ({})) };
  return {
    ahead: contender,
    behind: contender,
    decidedBy: "curve",
    test: { pValue, events },
  } as unknown as Pair;
}

describe("more rollouts", () => {
  it("are so many that a difference as large as it seemed is then found in about four studies of five", () => {
    const random = new Random(7, "more");
    const deviations = Array.from({ length: 200 }, () => {
      const test = testCurves(played(0.96, 40, random, "a"), played(0.93, 40, random, "b"), turns);
      return normalQuantile(1 - (test?.pValue ?? 1) / 2) * Math.sign(-(test?.excess ?? 0));
    });
    const mean = deviations.reduce((sum, one) => sum + one, 0) / deviations.length;
    const { rollouts } = moreRollouts(pairOf(normalTwoSided(mean), 40), 1);
    expect(rollouts).toBeGreaterThan(0);
    const all = 40 + (rollouts ?? 0);
    const found = Array.from({ length: 200 }, () =>
      testCurves(played(0.96, all, random, "a"), played(0.93, all, random, "b"), turns),
    ).filter((test) => test !== null && test.pValue < 0.05 && test.excess < 0);
    expect(found.length / 200).toBeGreaterThan(0.68);
    expect(found.length / 200).toBeLessThan(0.92);
  });

  it("are fewer the larger the difference seems, more the more is compared, and none that nobody would play", () => {
    const of = (pValue: number, comparisons = 1) =>
      moreRollouts(pairOf(pValue, 30), comparisons).rollouts ?? Number.NaN;
    expect(of(0.06)).toBeLessThan(of(0.2));
    expect(of(0.2)).toBeLessThan(of(0.4));
    expect(of(0.2, 11)).toBeGreaterThan(of(0.2));
    expect(of(0.06)).toBeGreaterThan(0);
    expect(moreRollouts(pairOf(0.9, 30), 1)).toEqual({ rollouts: null, hasErrors: true });
    expect(moreRollouts(pairOf(1, 30), 1)).toEqual({ rollouts: null, hasErrors: true });
    expect(moreRollouts(pairOf(0.1, 30, 4), 1)).toEqual({ rollouts: null, hasErrors: false });
  });
});
