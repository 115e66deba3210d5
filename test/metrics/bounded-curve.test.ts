import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundedCurve, type CurveRollout } from "../../src/metrics/bounded-curve.ts";
import { horizon } from "../../src/metrics/horizon.ts";
import { wilsonInterval } from "../../src/metrics/proportion.ts";
import type { RolloutCut } from "../../src/metrics/played-rollout.ts";
import { survivalCurve } from "../../src/metrics/survival.ts";
import { anyRollouts, erredAt, finished } from "./rollouts.ts";

function cutAfter(lastTurn: number, cut: RolloutCut = "fault"): CurveRollout {
  return { lastTurn, firstErrorTurn: null, cut };
}

function times(count: number, rollout: CurveRollout): CurveRollout[] {
  return Array.from({ length: count }, () => rollout);
}

describe("a curve without cuts and with dictionaries of its own", () => {
  test("is the plain one", () => {
    fc.assert(
      fc.property(anyRollouts, ({ rollouts, turns }) => {
        const { worst, turns: _turns, ...curve } = boundedCurve(rollouts, turns);
        expect(curve).toEqual(survivalCurve(rollouts, turns));
        expect(worst.points).toEqual(curve.points);
      }),
    );
  });
});

describe("rollouts that were cut singly", () => {
  test("are wrong next at the low end and right to the end at the high end", () => {
    const rollouts = [...times(10, cutAfter(4)), ...times(6, erredAt(5, 12)), ...times(4, finished(12))];
    const { points } = boundedCurve(rollouts, 12);
    expect(points[4]).toMatchObject({
      accuracy: 0.4,
      low: wilsonInterval(4 / 20, 20).low,
      high: wilsonInterval(14 / 20, 20).high,
    });
    expect(horizon(boundedCurve(rollouts, 12), 0.5, 1)).toMatchObject({
      turns: 5,
      low: 5,
      high: null,
      cut: 10,
      begun: 20,
    });
  });

  test("count in the worst cases though they finished no turn", () => {
    const { points } = boundedCurve([...times(10, cutAfter(0)), ...times(10, finished(3))], 3);
    expect(points[0]).toMatchObject({ atRisk: 10, accuracy: 1, low: wilsonInterval(0.5, 20).low, high: 1 });
  });

  test("never make an interval narrower, in any order of the rollouts", () => {
    const anyCut = anyRollouts.chain(({ rollouts, turns }) =>
      fc.record({
        turns: fc.constant(turns),
        rollouts: fc.tuple(
          ...rollouts.map((rollout) =>
            fc
              .constantFrom<RolloutCut | null>("fault", "context_full", null)
              .map((cut) => ({ ...rollout, cut })),
          ),
        ),
      }),
    );
    fc.assert(
      fc.property(anyCut, ({ rollouts, turns }) => {
        const curve = boundedCurve(rollouts, turns);
        expect(boundedCurve(rollouts.toReversed(), turns)).toEqual(curve);
        const plain = survivalCurve(rollouts, turns).points;
        for (const [index, { accuracy, low, high }] of curve.points.entries()) {
          if (accuracy === null || low === null || high === null) continue;
          expect(low).toBeLessThanOrEqual(Math.min(accuracy, plain[index]?.low ?? 1));
          expect(high).toBeGreaterThanOrEqual(Math.max(accuracy, plain[index]?.high ?? 0));
        }
        for (const s of [0.5, 0.8, 0.9]) {
          const { turns: read, low, high, turnsLowCase, lastTurn, status } = horizon(curve, s, 1);
          if (read === null) continue;
          expect(status).toBe("reached");
          expect(low).toBeLessThanOrEqual(read);
          expect(high ?? lastTurn).toBeGreaterThanOrEqual(read);
          expect(turnsLowCase).toBeLessThanOrEqual(read);
        }
      }),
    );
  });
});

describe("contexts that are full at one turn", () => {
  test("end what is known there, and count as no cut", () => {
    const rollouts = [...times(18, cutAfter(30, "context_full")), ...times(2, erredAt(3, 30))];
    const curve = boundedCurve(rollouts, 60);
    expect(curve.turns).toBe(30);
    expect(horizon(curve, 0.5, 1)).toMatchObject({
      status: "beyond",
      turns: null,
      low: null,
      lastTurn: 30,
      cut: 0,
    });
  });

  test("end it at the earliest of nearly equal turns", () => {
    const rollouts = [29, 30, 31, 30, 30].map((turn) => cutAfter(turn, "context_full"));
    expect(horizon(boundedCurve(rollouts, 60), 0.5, 1)).toMatchObject({ status: "beyond", lastTurn: 29 });
  });

  test("do not where most of those without an error at the time went on", () => {
    const rollouts = [cutAfter(3, "context_full"), ...times(19, erredAt(40, 60))];
    expect(boundedCurve(rollouts, 60).turns).toBe(60);
    expect(horizon(boundedCurve(rollouts, 60), 0.5, 1)).toMatchObject({ turns: 40, cut: 1 });
  });
});

describe("a horizon that few are left to tell", () => {
  test("is unknown, never beyond", () => {
    const rollouts = [...times(19, cutAfter(3)), finished(60)];
    expect(horizon(boundedCurve(rollouts, 60), 0.5, 1)).toMatchObject({
      status: "unknown",
      turns: null,
      lastTurn: 3,
      turnsLowCase: 4,
      cut: 19,
      begun: 20,
    });
  });

  test("is not read from four errors after the others were cut", () => {
    const rollouts = [...times(16, cutAfter(3)), ...times(4, erredAt(10, 10))];
    expect(horizon(boundedCurve(rollouts, 60), 0.5, 1)).toMatchObject({ status: "unknown", turns: null });
  });

  test("is read where all that were begun are left, however few", () => {
    expect(horizon(boundedCurve(times(3, finished(60)), 60), 0.5, 1)).toMatchObject({
      status: "beyond",
      lastTurn: 60,
    });
  });

  test("lies beyond the turns that all had where the whole run was stopped", () => {
    const stopped = (lastTurn: number): CurveRollout => ({ lastTurn, firstErrorTurn: null });
    expect(
      horizon(boundedCurve([...times(4, stopped(11)), ...times(4, stopped(10))], 60), 0.5, 1),
    ).toMatchObject({
      status: "beyond",
      lastTurn: 10,
    });
  });

  test("is unknown where too many were cut before they finished a turn", () => {
    const rollouts = [...times(8, cutAfter(0)), ...times(2, finished(10))];
    expect(horizon(boundedCurve(rollouts, 10), 0.5, 1)).toMatchObject({
      status: "unknown",
      lastTurn: 0,
      cut: 8,
    });
  });
});

describe("rollouts that share dictionaries", () => {
  const alike = (dictionaries: number, each: number): CurveRollout[] =>
    Array.from({ length: dictionaries * each }, (_, index) => ({
      ...(index % dictionaries < dictionaries / 2 ? erredAt(2, 4) : finished(4)),
      dictionary: String(index % dictionaries),
    }));

  test("count as one where all of a dictionary do alike", () => {
    const { low = null, high = null } = boundedCurve(alike(10, 12), 4).points[3] ?? {};
    const few = wilsonInterval(0.5, 10);
    // Student's t and G / (G - 1) make it a little wider than ten rollouts would.
    expect(low).toBeLessThan(few.low ?? 0);
    expect(high).toBeGreaterThan(few.high ?? 1);
    expect(low).toBeGreaterThan((few.low ?? 0) - 0.06);
  });

  test("count as rollouts where they are too few dictionaries to tell", () => {
    const rollouts = alike(4, 30);
    expect(boundedCurve(rollouts, 4).points).toEqual(survivalCurve(rollouts, 4).points);
  });

  test("never make an interval narrower than unshared ones do", () => {
    fc.assert(
      fc.property(anyRollouts, fc.integer({ min: 6, max: 12 }), ({ rollouts, turns }, dictionaries) => {
        const shared = rollouts.map((rollout, index) => ({
          ...rollout,
          dictionary: String(index % dictionaries),
        }));
        const plain = survivalCurve(rollouts, turns).points;
        for (const [index, { low, high }] of boundedCurve(shared, turns).points.entries()) {
          expect(low ?? 0).toBeLessThanOrEqual((plain[index]?.low ?? 0) + 1e-12);
          expect(high ?? 1).toBeGreaterThanOrEqual((plain[index]?.high ?? 1) - 1e-12);
        }
      }),
    );
  });
});
