import { describe, expect, test } from "vitest";
import { greenwoodBand } from "../../src/metrics/greenwood.ts";
import { logRankTest } from "../../src/metrics/log-rank.ts";
import { survivalCurve } from "../../src/metrics/survival.ts";
import { censoredAfter, erredAt } from "./rollouts.ts";
import { reference, rolloutsOf } from "./reference.ts";

describe.each(reference.cases)("R's survival package, $name", ({ turns, first, second, curve, logRank }) => {
  const { points } = survivalCurve(rolloutsOf(first, turns), turns);

  test("has the same curve, Greenwood error and log-log band", () => {
    const band = greenwoodBand(points);
    let compared = 0;
    for (const [index, turn] of curve.time.entries()) {
      const [point, error] = [points[(turn ?? 0) - 1], band[(turn ?? 0) - 1]];
      expect(point?.accuracy).toBeCloseTo(curve.survival[index] ?? -1, 10);
      if (point?.accuracy === 0) continue;
      expect(error?.standardError).toBeCloseTo(curve.standardError[index] ?? -1, 10);
      if (point?.accuracy === 1) continue;
      expect(error?.low).toBeCloseTo(curve.low[index] ?? -1, 10);
      expect(error?.high).toBeCloseTo(curve.high[index] ?? -1, 10);
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

test("the band is silent where the curve is 1, 0 or unknown", () => {
  const { points } = survivalCurve([erredAt(2, 3), erredAt(3, 3)], 3);
  expect(greenwoodBand(points).map(({ standardError, low }) => [standardError, low === null])).toEqual([
    [0, true],
    [0.5 * Math.SQRT1_2, false],
    [null, true],
  ]);
  const lost = survivalCurve([censoredAfter(1), erredAt(1, 3)], 3).points;
  expect(greenwoodBand(lost)[2]).toEqual({ turn: 3, standardError: null, low: null, high: null });
});
