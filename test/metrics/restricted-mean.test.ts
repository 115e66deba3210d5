import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawStudy, type Law, survival } from "../../bench/statistics/studies.ts";
import type { PlayedRollout } from "../../src/metrics/played-rollout.ts";
import { boundedMeanDifference } from "../../src/metrics/bounded-mean.ts";
import { pairedMeanDifference, restrictedMean } from "../../src/metrics/restricted-mean.ts";
import { riskRows } from "../../src/metrics/risk-rows.ts";
import { meanTurnsSurvived, type RolloutSurvival, survivalCurve } from "../../src/metrics/survival.ts";
import { Random } from "../../src/random.ts";
import { anyRollouts, censoredAfter, erredAt, finished } from "./rollouts.ts";
import { reference, rolloutsOf } from "./reference.ts";

function played(rollouts: readonly RolloutSurvival[]): PlayedRollout[] {
  return rollouts.map((rollout, index) => ({ ...rollout, instance: String(index) }));
}

describe.each(reference.cases)(
  "R's restricted mean, $name",
  ({ first, second, turns, restricted, paired }) => {
    const [left, right] = [rolloutsOf(first, turns), rolloutsOf(second, turns)];

    test("is the same with the same error, and so is a difference", () => {
      const [mine, theirs] = restricted;
      const mean = restrictedMean(riskRows(left), mine.limit);
      expect(mean?.mean).toBeCloseTo(mine.mean, 10);
      expect(mean?.standardError).toBeCloseTo(mine.standardError, 10);
      const difference = boundedMeanDifference(played(left), played(right), mine.limit, false);
      expect(difference?.mean).toBeCloseTo(mine.mean - theirs.mean, 10);
      expect(difference?.standardError).toBeCloseTo(Math.hypot(mine.standardError, theirs.standardError), 10);
    });

    test("of pairs is the t test of pseudo-values", () => {
      const difference = pairedMeanDifference(played(left), played(right), paired.limit);
      for (const key of ["mean", "standardError", "low", "high"] as const)
        expect(difference?.[key]).toBeCloseTo(paired[key], 8);
    });
  },
);

describe("the restricted mean", () => {
  test("is the plain mean while nothing is censored", () => {
    const rows = riskRows([erredAt(1, 4), erredAt(3, 4), finished(4), finished(4)]);
    expect(restrictedMean(rows, 4)).toMatchObject({ limit: 4, mean: 2.5 });
    // Turns 0, 2, 4, 4: variance 2.75 over 4.
    expect(restrictedMean(rows, 4)?.standardError).toBeCloseTo(Math.sqrt(2.75 / 4), 12);
    expect(restrictedMean(rows, 4)?.high).toBeLessThanOrEqual(4);
  });

  test("is unknown beyond the curve, though not where all have fallen", () => {
    expect(restrictedMean(riskRows([erredAt(1, 4), censoredAfter(2)]), 3)).toBeNull();
    expect(restrictedMean(riskRows([erredAt(1, 4), censoredAfter(2)]), 2)?.mean).toBe(1);
    expect(restrictedMean(riskRows([erredAt(1, 4), erredAt(2, 4)]), 3)?.mean).toBe(0.5);
    expect(restrictedMean([], 3)).toBeNull();
  });

  test("claims no interval where all rollouts were alike", () => {
    expect(restrictedMean(riskRows([finished(4), finished(4)]), 4)).toEqual({
      limit: 4,
      mean: 4,
      standardError: 0,
      low: null,
      high: null,
    });
    expect(restrictedMean(riskRows([erredAt(1, 4)]), 4)).toMatchObject({ mean: 0, low: null, high: null });
  });

  test("is the area under the curve and does not depend on the order", () => {
    fc.assert(
      fc.property(anyRollouts, fc.integer({ min: 1, max: 12 }), ({ rollouts, turns }, limit) => {
        const curve = survivalCurve(rollouts, turns);
        const mean = restrictedMean(riskRows(rollouts), limit);
        expect(restrictedMean(curve.points, limit)).toEqual(mean);
        if (mean === null) return;
        // Points end with the last turn played; the curve is 0 after it where it is known.
        expect(mean.mean).toBeCloseTo(meanTurnsSurvived(curve.points, limit), 10);
        expect(mean.low ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("the difference of pairs", () => {
  const first = played([erredAt(1, 9), erredAt(4, 9), finished(9), erredAt(6, 9)]);
  const second = played([erredAt(2, 9), erredAt(5, 9), finished(9), erredAt(6, 9)]);

  test("is the mean of differences of min(turns before the first error, limit)", () => {
    const difference = pairedMeanDifference(first, second, 4);
    // 0 - 1, 3 - 4, 4 - 4, 4 - 4
    expect(difference).toMatchObject({ mean: -0.5, pairs: 4, limit: 4 });
    expect(difference?.standardError).toBeCloseTo(Math.sqrt(1 / 3 / 4), 12);
  });

  test("is known although a rollout was cut short after the limit", () => {
    const cut = first.map((rollout) =>
      rollout.firstErrorTurn === null ? { ...rollout, lastTurn: 4 } : rollout,
    );
    expect(pairedMeanDifference(cut, second, 4)).toEqual(pairedMeanDifference(first, second, 4));
  });

  test("is sharper than the unpaired one where pairs are alike", () => {
    const paired = pairedMeanDifference(first, second, 8);
    const unpaired = boundedMeanDifference(first, second, 8, false);
    expect(paired?.mean).toBeCloseTo(unpaired?.mean ?? 0, 12);
    expect(paired?.standardError).toBeLessThan((unpaired?.standardError ?? 0) / 3);
  });

  test("leaves out what has no partner, and is unknown without two pairs or with a curve that ends too soon", () => {
    const alone = { instance: "alone", lastTurn: 9, firstErrorTurn: null };
    const empty = { instance: "0", lastTurn: 0, firstErrorTurn: null };
    expect(pairedMeanDifference([...first, alone], second, 4)).toEqual(
      pairedMeanDifference(first, second, 4),
    );
    expect(pairedMeanDifference(first, [empty, ...second.slice(1)], 4)?.pairs).toBe(3);
    expect(pairedMeanDifference(first.slice(0, 1), second, 4)).toBeNull();
    expect(pairedMeanDifference(first, played([censoredAfter(2), censoredAfter(2)]), 4)).toBeNull();
    expect(pairedMeanDifference([], [], 4)).toBeNull();
  });

  test("does not depend on the order and changes its sign with the sides", () => {
    fc.assert(
      fc.property(anyRollouts, anyRollouts, (one, other) => {
        const [left, right] = [played(one.rollouts), played(other.rollouts)];
        const difference = pairedMeanDifference(left, right, 3);
        const back = pairedMeanDifference(right.toReversed(), left.toReversed(), 3);
        expect(back === null).toBe(difference === null);
        expect(back?.mean ?? 0).toBeCloseTo(-(difference?.mean ?? 0), 10);
        expect(back?.standardError ?? 0).toBeCloseTo(difference?.standardError ?? 0, 10);
      }),
    );
  });

  test("holds the truth in nearly 95 % of made-up studies with a third cut short", () => {
    const laws: readonly Law[] = [
      { half: 15, shape: 1 },
      { half: 10, shape: 1 },
    ];
    const limit = 20;
    const area = (law: Law) =>
      Array.from({ length: limit }, (_, index) => survival(law, index + 1)).reduce((a, b) => a + b);
    const [near, far] = laws.map(area);
    const truth = (near ?? 0) - (far ?? 0);
    const random = new Random("paired-mean");
    let [paired, unpaired] = [0, 0];
    for (let study = 0; study < 200; study++) {
      const [left = [], right = []] = laws.map((law) =>
        drawStudy(random, law, { rollouts: 50, turns: 40, censoring: 0.33 }),
      );
      const holds = (interval: { low: number | null; high: number | null } | null) =>
        (interval?.low ?? truth + 1) <= truth && truth <= (interval?.high ?? truth - 1);
      if (holds(pairedMeanDifference(left, right, limit))) paired++;
      if (holds(boundedMeanDifference(left, right, limit, false))) unpaired++;
    }
    expect(Math.min(paired, unpaired)).toBeGreaterThanOrEqual(180);
  });
});
