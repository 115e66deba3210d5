import { describe, expect, test } from "vitest";
import { logisticSlope } from "../../src/metrics/logistic.ts";
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
      if (fit === null || (fit.low <= 0 && fit.high >= 0)) held++;
    }
    expect(held).toBeGreaterThanOrEqual(180);
    expect(held).toBeLessThan(200);
  });
});
