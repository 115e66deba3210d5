import { describe, expect, test } from "vitest";
import { clusterBootstrap, weightedTotal } from "../../src/metrics/bootstrap.ts";
import { Random } from "../../src/random.ts";

const totals = [3, 5, 1, 4, 4, 2, 6, 0, 3, 2];

function meanOf(values: readonly number[], seed: number, replicates?: number) {
  return clusterBootstrap(
    values.length,
    (weights) => weightedTotal(weights, values) / values.length,
    seed,
    replicates,
  );
}

describe("the cluster bootstrap", () => {
  test("draws as many clusters as there are, each as likely as the other", () => {
    const drawn = [0, 0, 0, 0];
    clusterBootstrap(
      4,
      (weights) => {
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(4);
        for (const [cluster, weight] of weights.entries()) drawn[cluster] = (drawn[cluster] ?? 0) + weight;
        return 0;
      },
      1,
      5000,
    );
    // 20,000 draws: five standard deviations of a count are 306.
    for (const count of drawn) expect(Math.abs(count - 5000)).toBeLessThan(310);
  });

  test("finds the normal interval of a mean of many clusters", () => {
    const random = new Random("bootstrap");
    const values = Array.from({ length: 400 }, () => random.unit() + random.unit() + random.unit());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    const { low, high } = meanOf(values, 1);
    const reach = (1.96 * deviation) / 20;
    expect(Math.abs((low ?? 0) - (mean - reach))).toBeLessThan(0.1 * reach);
    expect(Math.abs((high ?? 0) - (mean + reach))).toBeLessThan(0.1 * reach);
  });

  test("is the same for the same seed and another for another", () => {
    expect(meanOf(totals, 7)).toEqual(meanOf(totals, 7));
    expect(meanOf(totals, 7, 50)).not.toEqual(meanOf(totals, 8, 50));
  });

  test("moves with what it measures", () => {
    const { low, high } = meanOf(totals, 3);
    const doubled = meanOf(
      totals.map((total) => 2 * total),
      3,
    );
    expect(doubled.low).toBeCloseTo(2 * (low ?? 0), 12);
    expect(doubled.high).toBeCloseTo(2 * (high ?? 0), 12);
  });

  test("holds the truth nearly as often as it says", () => {
    const random = new Random("bootstrap-coverage");
    let held = 0;
    for (let study = 0; study < 200; study++) {
      const values = Array.from({ length: 40 }, () => random.unit());
      const { low, high } = meanOf(values, study, 300);
      if ((low ?? 1) <= 0.5 && 0.5 <= (high ?? 0)) held++;
    }
    expect(held).toBeGreaterThanOrEqual(180);
  });

  test("leaves a bound open that rests on draws without a value", () => {
    const withUnknown = (share: number, seed = 1) => {
      let draw = 0;
      return clusterBootstrap(5, () => (++draw % 100 < share * 100 ? null : draw), seed, 1000);
    };
    expect(withUnknown(0.01).low).not.toBeNull();
    expect(withUnknown(0.1)).toEqual({ low: null, high: null });
    let draw = 0;
    const beyond = clusterBootstrap(5, () => (++draw % 10 === 0 ? Number.POSITIVE_INFINITY : 1), 1, 1000);
    expect(beyond).toEqual({ low: 1, high: null });
  });

  test("says nothing of fewer than two clusters", () => {
    expect(meanOf([3], 1)).toEqual({ low: null, high: null });
    expect(meanOf([], 1)).toEqual({ low: null, high: null });
  });
});
