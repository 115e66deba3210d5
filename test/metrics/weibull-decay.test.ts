import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawStudy } from "../../bench/statistics/studies.ts";
import { constantDecay } from "../../src/metrics/constant-decay.ts";
import { riskRows } from "../../src/metrics/risk-rows.ts";
import type { RolloutSurvival } from "../../src/metrics/survival.ts";
import { hazardTrend, type WeibullDecay, weibullDecay } from "../../src/metrics/weibull-decay.ts";
import { Random } from "../../src/random.ts";
import { anyRollouts, censoredAfter, erredAt, finished } from "./rollouts.ts";
import { reference, rolloutsOf } from "./reference.ts";

function fitOf(rollouts: readonly RolloutSurvival[]): WeibullDecay {
  const fit = weibullDecay(riskRows(rollouts));
  if (fit === null) throw new Error("no fit");
  return fit;
}

function times(count: number, rollout: RolloutSurvival): RolloutSurvival[] {
  return Array.from({ length: count }, () => rollout);
}

describe("the discrete Weibull law", () => {
  test.each(reference.cases)("agrees with R's optim and profile, $name", ({ first, turns, weibull }) => {
    const fit = fitOf(rolloutsOf(first, turns));
    expect(fit.logLikelihood).toBeCloseTo(weibull.logLikelihood, 9);
    expect(fit.shape).toBeCloseTo(weibull.shape, 6);
    expect(fit.logScale).toBeCloseTo(weibull.logScale, 6);
    expect(fit.low).toBeCloseTo(weibull.low, 6);
    expect(fit.high).toBeCloseTo(weibull.high, 6);
  });

  test("never fits worse than a constant chance, and its interval holds the estimate", () => {
    fc.assert(
      fc.property(anyRollouts, ({ rollouts }) => {
        const rows = riskRows(rollouts);
        const fit = weibullDecay(rows);
        expect(weibullDecay(riskRows(rollouts.toReversed()))).toEqual(fit);
        if (fit === null) return;
        expect(fit.logLikelihood).toBeGreaterThan((constantDecay(rows)?.logLikelihood ?? 0) - 1e-9);
        expect(fit.low ?? 0).toBeLessThanOrEqual(fit.shape);
        expect(fit.high ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(fit.shape);
        expect(Number.isFinite(fit.logLikelihood + fit.logScale)).toBe(true);
      }),
    );
  });
});

describe("the shape where the data hardly tell", () => {
  test("is unknown without an error, or without a second turn", () => {
    expect(weibullDecay(riskRows(times(20, censoredAfter(9))))).toBeNull();
    expect(weibullDecay(riskRows(times(20, erredAt(1, 9))))).toBeNull();
    expect(weibullDecay(riskRows([erredAt(1, 1), censoredAfter(1)]))).toBeNull();
    expect(weibullDecay([])).toBeNull();
  });

  test("is wide open with one error", () => {
    const fit = fitOf([erredAt(5, 10), ...times(9, finished(10))]);
    expect(fit.trend).toBe("unknown");
    expect(fit.shape).toBeGreaterThan(0.1);
    expect(fit.shape).toBeLessThan(3);
  });

  test("has no least value where only first turns went wrong", () => {
    const fit = fitOf([...times(10, erredAt(1, 20)), ...times(30, finished(20))]);
    expect(fit.low).toBeNull();
    expect(fit.high).toBeLessThan(1);
    expect(fit.trend).toBe("falling");
  });

  test("has no greatest value where only last turns went wrong", () => {
    for (const survivors of [0, 30]) {
      const fit = fitOf([...times(10, erredAt(20, 20)), ...times(survivors, finished(20))]);
      expect(fit.high).toBeNull();
      expect(fit.low).toBeGreaterThan(1);
      expect(fit.trend).toBe("rising");
    }
  });
});

describe.each([
  ["falling", 0.6],
  ["flat", 1],
  ["rising", 1.6],
] as const)("a made-up %s hazard, shape %d", (trend, shape) => {
  const study = { rollouts: 60, turns: 40, censoring: 0.3 };

  test("is within the interval in nearly 95 % of studies", () => {
    const random = new Random("weibull-coverage", String(shape));
    let held = 0;
    for (let index = 0; index < 200; index++) {
      const { low, high } = fitOf(drawStudy(random, { half: 15, shape }, study));
      if ((low ?? 0) <= shape && shape <= (high ?? Number.POSITIVE_INFINITY)) held++;
    }
    expect(held).toBeGreaterThanOrEqual(180);
    expect(held).toBeLessThan(200);
  });

  test("is named so in a large study", () => {
    const random = new Random("weibull-trend", String(shape));
    const fit = fitOf(drawStudy(random, { half: 15, shape }, { ...study, rollouts: 1000 }));
    expect(fit.trend).toBe(trend);
    expect(Math.abs(fit.shape - shape)).toBeLessThan(0.1);
  });
});

describe("the trend of a hazard", () => {
  test.each([
    [0.4, 0.9, "falling"],
    [1.1, 2, "rising"],
    [0.8, 1.25, "flat"],
    [0.5, 1.2, "unknown"],
    [0.9, 1.5, "unknown"],
    [null, 1.2, "unknown"],
    [0.9, null, "unknown"],
    [null, 0.9, "falling"],
  ])("of shapes from %s to %s is %s", (low, high, trend) => {
    expect(hazardTrend(low, high)).toBe(trend);
  });
});
