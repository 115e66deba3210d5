import { describe, expect, test } from "vitest";
import { constantDecay, constantDecayHorizon } from "../../src/metrics/constant-decay.ts";
import { riskRows } from "../../src/metrics/risk-rows.ts";
import { censoredAfter, erredAt, finished } from "./rollouts.ts";
import { reference, rolloutsOf } from "./reference.ts";

function fitOf(rollouts: Parameters<typeof riskRows>[0]) {
  const fit = constantDecay(riskRows(rollouts));
  if (fit === null) throw new Error("no fit");
  return fit;
}

describe("a constant chance per turn", () => {
  test.each(reference.cases)(
    "agrees with R's geometric likelihood and Wilson interval, $name",
    (expected) => {
      const fit = fitOf(rolloutsOf(expected.first, expected.turns));
      for (const key of ["p", "low", "high", "logLikelihood"] as const)
        expect(fit[key]).toBeCloseTo(expected.constant[key], 8);
    },
  );

  test("counts turns at risk: 2 errors in 2 + 3 + 5 turns", () => {
    expect(fitOf([erredAt(2, 5), erredAt(3, 5), finished(5)])).toMatchObject({
      p: 0.8,
      firstErrors: 2,
      turnsAtRisk: 10,
    });
  });

  test("foretells the first turn strictly below: 0.8 squared is not below 0.64", () => {
    const fit = fitOf([erredAt(2, 5), erredAt(3, 5), finished(5)]);
    expect(constantDecayHorizon(fit, 0.64).turns).toBe(3);
    expect(constantDecayHorizon(fit, 0.6401).turns).toBe(2);
    // Wilson's interval of 8 of 10 is 0.490 to 0.943.
    expect(constantDecayHorizon(fit, 0.5)).toEqual({ s: 0.5, turns: 4, low: 1, high: 12 });
  });

  test("has no horizon without errors, only the least that p's interval allows", () => {
    const fit = fitOf([censoredAfter(50), censoredAfter(50)]);
    expect(fit).toMatchObject({ p: 1, high: 1, logLikelihood: 0 });
    const { turns, low, high } = constantDecayHorizon(fit, 0.5);
    expect([turns, high]).toEqual([null, null]);
    expect(low).toBe(Math.floor(Math.log(0.5) / Math.log(fit.low ?? 0)) + 1);
  });

  test("falls at once where every first turn was wrong", () => {
    const fit = fitOf([erredAt(1, 5), erredAt(1, 5)]);
    expect(fit).toMatchObject({ p: 0, low: 0, logLikelihood: 0 });
    expect(constantDecayHorizon(fit, 0.5)).toMatchObject({ turns: 1, low: 1, high: 2 });
  });

  test("is unknown without a turn", () => {
    expect(constantDecay([])).toBeNull();
  });
});
