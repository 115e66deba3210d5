import { describe, expect, test } from "vitest";
import { constantDecay } from "../../src/metrics/constant-decay.ts";
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

  test("is certain of nothing without errors but that p lies below 1", () => {
    const fit = fitOf([censoredAfter(50), censoredAfter(50)]);
    expect(fit).toMatchObject({ p: 1, high: 1, logLikelihood: 0 });
  });

  test("falls at once where every first turn was wrong", () => {
    const fit = fitOf([erredAt(1, 5), erredAt(1, 5)]);
    expect(fit).toMatchObject({ p: 0, low: 0, logLikelihood: 0 });
  });

  test("is unknown without a turn", () => {
    expect(constantDecay([])).toBeNull();
  });
});
