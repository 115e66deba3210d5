import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawStudy } from "../../bench/statistics/studies.ts";
import { scoreDecay } from "../../src/metrics/decay.ts";
import { Random } from "../../src/random.ts";
import { anyRollouts, censoredAfter, erredAt, finished } from "./rollouts.ts";

function study(shape: number, rollouts = 400) {
  return drawStudy(
    new Random("decay", String(shape)),
    { half: 15, shape },
    { rollouts, turns: 40, censoring: 0.2 },
  );
}

describe("the laws of decay compared", () => {
  test.each([0.6, 1.6])("prefer the law with a shape where the hazard is not constant, shape %d", (shape) => {
    const { constant, weibull } = scoreDecay(study(shape), 1);
    if (constant?.heldOut == null || weibull?.heldOut == null) throw new Error("no score");
    expect(weibull.aic).toBeLessThan(constant.aic - 4);
    expect(weibull.heldOut).toBeGreaterThan(constant.heldOut + 4);
  });

  test("do not reward a needless parameter", () => {
    const { constant, weibull } = scoreDecay(study(1), 1);
    if (constant?.heldOut == null || weibull?.heldOut == null) throw new Error("no score");
    expect(constant.aic).toBeLessThan(weibull.aic);
    expect(constant.heldOut).toBeGreaterThan(weibull.heldOut - 1);
    expect(weibull.logLikelihood).toBeGreaterThanOrEqual(constant.logLikelihood);
    expect(constant.aic).toBe(2 - 2 * constant.logLikelihood);
  });

  test("foretell worse than they fit", () => {
    const { constant, weibull } = scoreDecay(study(1, 40), 1);
    expect(constant?.heldOut).toBeLessThan(constant?.logLikelihood ?? 0);
    expect(weibull?.heldOut).toBeLessThan(weibull?.logLikelihood ?? 0);
  });

  test("by hand, one rollout a fold: each is judged by the other's chance", () => {
    const { constant, folds } = scoreDecay([erredAt(2, 4), erredAt(4, 4)], 1);
    expect(folds).toBe(2);
    const chance = (p: number, turn: number) => (turn - 1) * Math.log(p) + Math.log(1 - p);
    expect(constant?.heldOut).toBeCloseTo(chance(3 / 4, 2) + chance(1 / 2, 4), 12);
  });

  test("have no held-out score where a fold rules out what happened", () => {
    // The one error is held out against a law that knows of none.
    expect(scoreDecay([erredAt(2, 4), ...Array.from({ length: 9 }, () => finished(4))], 1)).toMatchObject({
      constant: { heldOut: null },
      weibull: { heldOut: null },
    });
    expect(scoreDecay([erredAt(2, 4)], 1).constant).toMatchObject({ heldOut: null });
  });

  test("know no shape where everything was censored, and nothing without rollouts", () => {
    const censored = Array.from({ length: 12 }, (_, index) => censoredAfter(index));
    expect(scoreDecay(censored, 1)).toMatchObject({
      rollouts: 11,
      constant: { logLikelihood: 0, heldOut: 0 },
      weibull: null,
    });
    expect(scoreDecay([censoredAfter(0)], 1)).toEqual({
      rollouts: 0,
      folds: 0,
      constant: null,
      weibull: null,
    });
  });

  test("depend on the seed, not on the order of the rollouts", () => {
    fc.assert(
      fc.property(anyRollouts, fc.nat(1000), ({ rollouts }, seed) => {
        expect(scoreDecay(rollouts.toReversed(), seed, 3)).toEqual(scoreDecay(rollouts, seed, 3));
      }),
      { numRuns: 50 },
    );
    const rollouts = study(1.6, 40);
    expect(scoreDecay(rollouts, 2).weibull?.heldOut).not.toBe(scoreDecay(rollouts, 1).weibull?.heldOut);
  });
});
