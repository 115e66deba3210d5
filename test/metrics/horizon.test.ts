import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { constantHorizon, type Horizon, horizon, horizonThresholds } from "../../src/metrics/horizon.ts";
import { type RolloutSurvival, survivalCurve } from "../../src/metrics/survival.ts";
import { Random } from "../../src/random.ts";
import { anyRollouts, censoredAfter, erredAt, finished } from "./rollouts.ts";

/** `count` rollouts of which `survivors` get through both turns and the rest err at the first. */
function halves(count: number, survivors: number): RolloutSurvival[] {
  return Array.from({ length: count }, (_, i) => (i < survivors ? finished(2) : erredAt(1, 2)));
}

function h(rollouts: readonly RolloutSurvival[], turns: number, s: number): Horizon {
  return horizon(survivalCurve(rollouts, turns), s, 1);
}

describe("ties", () => {
  test.each([
    [0.5, 2],
    [0.8, 5],
    [0.9, 10],
  ])("a share of exactly %d is not below it, one rollout less is, for every size", (s, unit) => {
    for (let n = unit; n <= 400; n += unit) {
      const survivors = Math.round(n * s);
      expect(h(halves(n, survivors), 2, s).turns, `n = ${n}`).toBeNull();
      expect(h(halves(n, survivors - 1), 2, s).turns, `n = ${n}`).toBe(1);
    }
  });

  test("an exact tie of the Kaplan-Meier product, 9/10 times 5/9, is a tie too", () => {
    for (let m = 2; m <= 100; m++) {
      const rollouts = [
        ...Array.from({ length: m }, () => erredAt(1, 2)),
        ...Array.from({ length: 9 }, () => censoredAfter(1)),
        ...Array.from({ length: 4 * (m - 1) }, () => erredAt(2, 2)),
        ...Array.from({ length: 5 * (m - 1) }, () => finished(2)),
      ];
      expect(h(rollouts, 2, 0.5).turns, `m = ${m}`).toBeNull();
    }
  });
});

describe("H_s", () => {
  test("of a constant chance of 0.99 is 69 turns", () => {
    const curve = survivalCurve(followingCurve(0.99, 1_000_000, 100), 100);
    expect(horizon(curve, 0.5, 1).turns).toBe(69);
    expect(constantHorizon(0.99, 0.5)).toBe(69);
  });

  test.each([
    [0.8, 4, 2],
    [0.9, 7, 3],
    [0.95, 14, 5],
    [0.99, 69, 23],
    [0.995, 139, 45],
    [0.999, 693, 224],
    [0.9999, 6932, 2232],
  ])("in closed form at p = %d is %i at a half and %i at 0.8", (p, h50, h80) => {
    expect(constantHorizon(p, 0.5)).toBe(h50);
    expect(constantHorizon(p, 0.8)).toBe(h80);
  });

  test("is 1 when the first turn is below already", () => {
    expect(h([erredAt(1, 3), erredAt(1, 3), finished(3)], 3, 0.5)).toMatchObject({
      turns: 1,
      status: "reached",
      low: 1,
    });
  });

  test("is beyond the last known turn when never below", () => {
    expect(h([finished(60), erredAt(60, 60)], 60, 0.5)).toMatchObject({
      turns: null,
      steps: null,
      status: "beyond",
      lastTurn: 60,
    });
    expect(h([censoredAfter(20), censoredAfter(12)], 60, 0.5)).toMatchObject({
      turns: null,
      status: "beyond",
      lastTurn: 12,
    });
  });

  test("is unknown where no rollout tells of a turn, whatever was begun", () => {
    for (const nobody of [[], [censoredAfter(0), censoredAfter(0)]])
      expect(h(nobody, 60, 0.5)).toMatchObject({
        turns: null,
        status: "unknown",
        lastTurn: 0,
        n: 0,
        low: null,
        high: null,
      });
  });

  test("does not count interrupted rollouts as failures", () => {
    const rollouts = [
      ...Array.from({ length: 90 }, () => censoredAfter(1)),
      ...Array.from({ length: 10 }, () => finished(5)),
    ];
    expect(h(rollouts, 5, 0.9).turns).toBeNull();
  });

  test("counts keys as steps", () => {
    expect(horizon(survivalCurve([erredAt(3, 5)], 5), 0.5, 4)).toMatchObject({ turns: 3, steps: 12 });
  });

  test("lies within its interval, shrinks as s falls, and needs no order of the rollouts", () => {
    fc.assert(
      fc.property(anyRollouts, ({ rollouts, turns }) => {
        const curve = survivalCurve(rollouts, turns);
        const found = horizonThresholds.map((s) => horizon(curve, s, 1));
        for (const { turns: at, low, high } of found) {
          expect(low ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(at ?? Number.POSITIVE_INFINITY);
          expect(at ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(high ?? Number.POSITIVE_INFINITY);
        }
        const [h50, h80, h90] = found.map((one) => one.turns ?? Number.POSITIVE_INFINITY) as [
          number,
          number,
          number,
        ];
        expect(h90 <= h80 && h80 <= h50).toBe(true);
        expect(horizon(survivalCurve(rollouts.toReversed(), turns), 0.5, 1)).toEqual(found[0]);
      }),
    );
  });

  test("is beyond when every rollout is censored", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (lasts) => {
        expect(h(lasts.map(censoredAfter), 10, 0.9)).toMatchObject({
          status: "beyond",
          turns: null,
          high: null,
        });
      }),
    );
  });
});

describe("the 95 % interval", () => {
  test.each([
    { p: 0.98, s: 0.5, n: 20, censoring: 0 },
    { p: 0.98, s: 0.5, n: 50, censoring: 0.01 },
    { p: 0.99, s: 0.8, n: 50, censoring: 0 },
  ])(
    "covers H$s at p = $p with $n rollouts, censoring $censoring, in at least 93 % of 1000 studies",
    ({ p, s, n, censoring }) => {
      const truth = constantHorizon(p, s);
      const random = new Random(20250911, "coverage", p, n);
      let covered = 0;
      for (let study = 0; study < 1000; study++) {
        const rollouts = Array.from({ length: n }, () => simulate(random, p, censoring, 150));
        const { low, high } = h(rollouts, 150, s);
        if ((low ?? Number.POSITIVE_INFINITY) <= truth && truth <= (high ?? Number.POSITIVE_INFINITY))
          covered += 1;
      }
      expect(covered / 1000).toBeGreaterThanOrEqual(0.93);
    },
  );
});

/** Rollouts whose curve is p^t as closely as `count` of them allow. */
function followingCurve(p: number, count: number, turns: number): RolloutSurvival[] {
  const rollouts: RolloutSurvival[] = [];
  for (let turn = 1; turn <= turns; turn++) {
    const left = Math.round(count * p ** turn);
    while (rollouts.length < count - left) rollouts.push(erredAt(turn, turns));
  }
  while (rollouts.length < count) rollouts.push(finished(turns));
  return rollouts;
}

function simulate(random: Random, p: number, censoring: number, turns: number): RolloutSurvival {
  const error = waitingTime(random, 1 - p);
  const lost = Math.min(turns, waitingTime(random, censoring));
  return error <= lost ? erredAt(error, lost) : censoredAfter(lost);
}

/** Turns until something of this chance happens, by inversion of the geometric distribution. */
function waitingTime(random: Random, chance: number): number {
  return chance === 0
    ? Number.POSITIVE_INFINITY
    : Math.floor(Math.log(1 - random.unit()) / Math.log(1 - chance)) + 1;
}
