import { describe, expect, test } from "vitest";
import { greenwoodTerm } from "../../src/metrics/greenwood.ts";
import { logRankTest } from "../../src/metrics/log-rank.ts";
import { survivalCurve } from "../../src/metrics/survival.ts";
import { reference, rolloutsOf } from "./reference.ts";

describe.each(reference.cases)("R's survival package, $name", ({ turns, first, second, curve, logRank }) => {
  const { points } = survivalCurve(rolloutsOf(first, turns), turns);

  test("has the same curve and Greenwood error", () => {
    let [sum, compared] = [0, 0];
    const errors = points.map(({ atRisk, firstErrors, accuracy }) => {
      sum += greenwoodTerm(atRisk, firstErrors);
      return (accuracy ?? 0) * Math.sqrt(sum);
    });
    for (const [index, turn] of curve.time.entries()) {
      const accuracy = points[(turn ?? 0) - 1]?.accuracy;
      expect(accuracy).toBeCloseTo(curve.survival[index] ?? -1, 10);
      if (accuracy === 0) continue;
      expect(errors[(turn ?? 0) - 1]).toBeCloseTo(curve.standardError[index] ?? -1, 10);
      compared++;
    }
    expect(compared).toBeGreaterThan(3);
  });

  test("has the same log-rank test", () => {
    const other = survivalCurve(rolloutsOf(second, turns), turns).points;
    expect(logRankTest(points, other)?.chiSquare).toBeCloseTo(logRank.chiSquare, 10);
    expect(logRankTest(points, other)?.pValue).toBeCloseTo(logRank.pValue, 10);
  });
});

test("the last ones that fall add nothing", () => {
  expect(greenwoodTerm(3, 3)).toBe(0);
  expect(greenwoodTerm(4, 1)).toBeCloseTo(1 / 12, 12);
});
