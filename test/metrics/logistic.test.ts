import { describe, expect, test } from "vitest";
import { logisticSlope, slopeBound } from "../../src/metrics/logistic.ts";
import type { Observation } from "../../src/metrics/logistic-strata.ts";
import { Random } from "../../src/random.ts";
import { reference } from "./reference.ts";

function observationsOf({ cluster, covariate, correct }: (typeof reference.logistic)[number]): Observation[] {
  return cluster.map((id, index) => ({
    cluster: id,
    covariate: covariate[index] ?? 0,
    isCorrect: correct[index] === 1,
  }));
}

/** Pairs of covariate and verdict, two of them a cluster. */
function observed(...pairs: readonly (readonly [number, boolean])[]): Observation[] {
  return pairs.map(([covariate, isCorrect], index) => ({ cluster: index >> 1, covariate, isCorrect }));
}

describe("the slope of the log-odds", () => {
  test.each(reference.logistic.map((expected, index) => ({ expected, index })))(
    "agrees with R's glm and the sandwich in matrices, set $index",
    ({ expected }) => {
      const fit = logisticSlope(observationsOf(expected));
      for (const key of ["slope", "standardError", "low", "high"] as const)
        expect(Math.abs((fit?.[key] ?? Number.NaN) - expected[key]), key).toBeLessThan(1e-8);
    },
  );

  test("does not depend on the order, and turns round with the covariate", () => {
    const [first] = reference.logistic;
    if (first === undefined) throw new Error("no reference");
    const observations = observationsOf(first);
    const fit = logisticSlope(observations);
    const back = logisticSlope(observations.toReversed());
    const turned = logisticSlope(observations.map((row) => ({ ...row, covariate: -10 * row.covariate })));
    expect(back?.slope).toBeCloseTo(fit?.slope ?? 0, 12);
    expect(back?.standardError).toBeCloseTo(fit?.standardError ?? 0, 12);
    expect(turned?.slope).toBeCloseTo((fit?.slope ?? 0) / -10, 12);
    expect(turned?.low).toBeCloseTo((fit?.high ?? 0) / -10, 12);
  });

  test("is unknown without variation", () => {
    expect(logisticSlope([])).toBeNull();
    expect(logisticSlope(observed([1, true], [2, true], [3, true], [4, true]))).toBeNull();
    expect(logisticSlope(observed([1, false], [2, false], [3, false], [4, false]))).toBeNull();
    expect(logisticSlope(observed([2, true], [2, false], [2, true], [2, false]))).toBeNull();
    expect(
      logisticSlope(
        observed([1, true], [2, false], [1, false], [2, true]).map((row) => ({ ...row, cluster: 0 })),
      ),
    ).toBeNull();
  });

  test("is unknown where the covariate parts right from wrong, touching or not", () => {
    expect(logisticSlope(observed([1, true], [2, true], [3, false], [4, false]))).toBeNull();
    expect(logisticSlope(observed([1, false], [2, true], [2, false], [4, true]))).toBeNull();
    expect(logisticSlope(observed([1, false], [3, true], [2, true], [2.5, false]))).not.toBeNull();
  });

  test("is finite, if steep, where one observation alone keeps right and wrong apart from being parted", () => {
    const rows = Array.from(
      { length: 200 },
      (_, index): Observation => ({
        cluster: index % 20,
        covariate: index,
        isCorrect: index < 100 ? index === 98 : index !== 101,
      }),
    );
    expect(logisticSlope(rows)?.slope).toBeGreaterThan(0.2);
  });

  test("has no interval where all clusters do alike", () => {
    const rows = [0, 1, 2, 3, 4, 5].flatMap((cluster) =>
      [true, true, false, true, false].map((isCorrect, covariate) => ({ cluster, covariate, isCorrect })),
    );
    expect(logisticSlope(rows)).toMatchObject({ low: null, high: null });
  });

  test("holds the truth in nearly 95 % of studies although turns of a rollout go together", () => {
    const random = new Random("logistic");
    let held = 0;
    for (let study = 0; study < 200; study++) {
      const observations = Array.from({ length: 40 }, (_, cluster) => {
        // Rollouts are alike in which turns they see, so that no slope of the average is no slope of the rollout.
        const base = random.unit() < 0.5 ? 0.6 : 0.95;
        const start = random.below(2) * 5;
        return [1, 2, 3, 4, 5].map((turn) => ({
          cluster,
          covariate: start + turn,
          isCorrect: random.unit() < base,
        }));
      }).flat();
      const fit = logisticSlope(observations);
      if ((fit?.low ?? 0) <= 0 && (fit?.high ?? 0) >= 0) held++;
    }
    expect(held).toBeGreaterThanOrEqual(180);
    expect(held).toBeLessThan(200);
  });
});

describe("the slope with an intercept for each stratum", () => {
  /** Every stratum of twenty turns, half of them at 1; log-odds of the stratum less 2 at 1. */
  function strata(random: Random, count: number): Observation[] {
    return Array.from({ length: count }, (_, stratum) => {
      const base = 3 * random.unit();
      return Array.from({ length: 20 }, (_turn, index): Observation => {
        const covariate = index % 2;
        const chance = 1 / (1 + Math.exp(2 * covariate - base));
        return { stratum, cluster: index >> 1, covariate, isCorrect: random.unit() < chance };
      });
    }).flat();
  }

  test("is not pushed away from 0 by many small strata", () => {
    // An intercept for each of 400 strata, taken as it fits best, would make of -2 more than -2.1.
    const fit = logisticSlope(strata(new Random("strata"), 400));
    expect(Math.abs((fit?.slope ?? 0) + 2)).toBeLessThan(0.09);
  });

  test("says nothing of strata that are all right or all wrong, or of one value", () => {
    const rows = strata(new Random("more"), 20);
    const idle = [0, 1].flatMap((covariate) => [
      { stratum: 100, cluster: 0, covariate, isCorrect: true },
      { stratum: 101, cluster: 1, covariate, isCorrect: false },
      { stratum: 102, cluster: 2, covariate: 0.5, isCorrect: covariate === 1 },
    ]);
    expect(logisticSlope([...rows, ...idle])?.slope).toBeCloseTo(logisticSlope(rows)?.slope ?? 0, 8);
    expect(logisticSlope(idle)).toBeNull();
    expect(slopeBound(idle)).toBeNull();
  });
});

describe("the bound where right and wrong are parted", () => {
  /** All right at 0, and so many of ten right at 1. */
  const parted = (right: number): Observation[] =>
    Array.from({ length: 10 }, (_, cluster) => [
      { cluster, covariate: 0, isCorrect: true },
      { cluster, covariate: 1, isCorrect: cluster < right },
    ]).flat();

  test("is where the profile has fallen by half the square of Student's quantile", () => {
    const { side, bound = 0 } = slopeBound(parted(3)) ?? {};
    expect(side).toBe(-1);
    // At the intercept that fits best: 13 of 20 right, with log-odds a and a + bound.
    const chance = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));
    let [low, high] = [-40, 40];
    while (high - low > 1e-12) {
      const middle = (low + high) / 2;
      if (10 * chance(middle) + 10 * chance(middle + bound) < 13) low = middle;
      else high = middle;
    }
    const top = 3 * Math.log(0.3) + 7 * Math.log(0.7);
    const there =
      10 * Math.log(chance(low)) + 3 * Math.log(chance(low + bound)) + 7 * Math.log(1 - chance(low + bound));
    expect(top - there).toBeCloseTo(2.262_157_163 ** 2 / 2, 4);
  });

  test("is none where so few clusters leave any slope possible", () => {
    expect(slopeBound(parted(1).slice(0, 2 * 2))).toBeNull();
    expect(slopeBound(parted(1).slice(0, 2 * 3))?.bound).toBeGreaterThan(-1e6);
  });

  test("grows with the effect, turns round with right and wrong, and is none where they overlap", () => {
    const bounds = [0, 3, 6].map((right) => slopeBound(parted(right))?.bound ?? 0);
    expect(bounds).toEqual(bounds.toSorted((left, right) => left - right));
    expect(bounds[0]).toBeLessThan(-2);
    const turned = parted(3).map((row) => ({ ...row, covariate: -row.covariate }));
    expect(slopeBound(turned)).toMatchObject({ side: 1, bound: expect.closeTo(-(bounds[1] ?? 0), 4) });
    expect(slopeBound([...parted(3), { cluster: 0, covariate: 0, isCorrect: false }])).toBeNull();
    expect(slopeBound(parted(3).filter(({ cluster }) => cluster === 4))).toBeNull();
  });
});
