import { describe, expect, it } from "vitest";
import { drawSureRollouts, type SureTruth } from "../../bench/statistics/sure-rollouts.ts";
import { clusteredMean } from "../../src/metrics/clustered-mean.ts";
import { doubtBeforeSlip, doubtBegins, type SureRollout } from "../../src/metrics/doubt.ts";
import { Random } from "../../src/random.ts";

/** Rollouts that slip with one hazard, the gap 5 with a deviation of 1. */
function made(seed: number, truth: Partial<SureTruth> = {}): SureRollout[] {
  const usual = { rollouts: 60, turns: 40, hazard: 0.05, doubt: 0, doubtTurns: 3, trend: 0, spread: 0.5 };
  return drawSureRollouts(new Random(seed, "doubt"), { ...usual, ...truth });
}

const seeds = Array.from({ length: 200 }, (_, index) => index + 1);

describe("doubt before the slip", () => {
  it.each([1, 2, 3])("begins where it was planted, seed %i", (seed) => {
    const doubt = doubtBeforeSlip(made(seed, { rollouts: 200, doubt: 2 }));
    expect(doubtBegins(doubt)).toBe(3);
    const last = doubt.find(({ before }) => before === 1)?.difference;
    expect(last?.low).toBeLessThan(-2);
    expect(last?.high).toBeGreaterThan(-2);
    expect(doubt.find(({ before }) => before === 5)?.difference?.high).toBeGreaterThan(0);
  });

  it("is rarely told where there is none, also where gaps fall with every turn", () => {
    for (const trend of [0, -0.1]) {
      const told = seeds.filter((seed) => doubtBegins(doubtBeforeSlip(made(seed, { trend }))) !== null);
      // One side of a 95 % interval: 2.5 % of 200, and what chance adds to that.
      expect(told.length).toBeLessThanOrEqual(12);
    }
  });

  it("has intervals that hold the difference as often as they say", () => {
    const held = seeds.filter((seed) => {
      const doubt = doubtBeforeSlip(made(seed, { doubt: 1, trend: -0.05 }));
      const { low, high } = doubt.find(({ before }) => before === 2)?.difference ?? { low: null, high: null };
      return low !== null && high !== null && low <= -1 && high >= -1;
    });
    expect(held.length / seeds.length).toBeGreaterThan(0.9);
  });

  it("knows nothing where no rollout slips, where all slip at once, and of first errors of form", () => {
    expect(doubtBegins(doubtBeforeSlip(made(1, { hazard: 0 })))).toBeNull();
    const atOnce = doubtBeforeSlip(made(1, { hazard: 1 }));
    expect(atOnce.map(({ gap }) => gap.n)).toEqual([0, 0, 0, 0, 0, 60]);
    expect(atOnce.every(({ difference }) => difference === null)).toBe(true);
    const form = made(1).map((rollout) => ({ ...rollout, isSlip: false }));
    expect(doubtBeforeSlip(form).every(({ gap }) => gap.n === 0)).toBe(true);
  });

  it("goes back no further than a turn that shows nothing", () => {
    const doubt = doubtBeforeSlip(made(4, { rollouts: 200, doubt: 2, doubtTurns: 5 }));
    const hidden = doubt.map((turn) =>
      turn.before === 3 && turn.difference !== null
        ? { ...turn, difference: { ...turn.difference, high: 0.1 } }
        : turn,
    );
    expect(doubtBegins(doubt)).toBe(5);
    expect(doubtBegins(hidden)).toBe(2);
  });
});

describe("the mean of values that fall together", () => {
  it("is that of a textbook where each has a cluster of its own", () => {
    const values = [1, 2, 3, 4, 5].map((value) => ({ cluster: String(value), value }));
    const { mean, low, high } = clusteredMean(values);
    expect(mean).toBe(3);
    // t(4) = 2.776, standard error sqrt(2.5 / 5)
    expect(low).toBeCloseTo(3 - 2.776445 * Math.SQRT1_2, 5);
    expect(high).toBeCloseTo(3 + 2.776445 * Math.SQRT1_2, 5);
  });

  it("is no surer of a value that a cluster says twice", () => {
    const once = [1, 2, 3, 4, 5].map((value) => ({ cluster: String(value), value }));
    expect(clusteredMean([...once, ...once]).low).toBeCloseTo(clusteredMean(once).low ?? 0, 10);
  });

  it("has no interval with one cluster, and no mean without a value", () => {
    expect(clusteredMean([{ cluster: "a", value: 2 }])).toMatchObject({ mean: 2, low: null, high: null });
    expect(clusteredMean([]).mean).toBeNull();
  });
});
