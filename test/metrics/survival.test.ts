import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wilsonInterval } from "../../src/metrics/proportion.ts";
import { meanTurnsSurvived, type RolloutSurvival, survivalCurve } from "../../src/metrics/survival.ts";
import { anyRollouts, censoredAfter, erredAt, finished } from "./rollouts.ts";

interface Reference {
  readonly cases: readonly {
    readonly name: string;
    readonly turns: number;
    readonly samples: readonly { readonly time: readonly number[]; readonly event: readonly number[] }[];
    readonly curves: readonly {
      readonly time: readonly number[];
      readonly atRisk: readonly number[];
      readonly events: readonly number[];
      readonly survival: readonly number[];
      readonly greenwood: readonly (number | null)[];
    }[];
  }[];
}

const reference = JSON.parse(
  readFileSync(new URL("fixtures/survival.json", import.meta.url), "utf8"),
) as Reference;

describe("the task-accuracy curve", () => {
  test("counts at each turn who finished it without an earlier error", () => {
    const { points, rollouts } = survivalCurve([erredAt(1, 4), erredAt(3, 4), finished(4), finished(4)], 4);
    expect(rollouts).toBe(4);
    expect(
      points.map(({ turn, atRisk, firstErrors, censored, accuracy }) => [
        turn,
        atRisk,
        firstErrors,
        censored,
        accuracy,
      ]),
    ).toEqual([
      [1, 4, 1, 0, 0.75],
      [2, 3, 0, 0, 0.75],
      [3, 3, 1, 0, 0.5],
      [4, 2, 0, 0, 0.5],
    ]);
  });

  test("takes a rollout that ended early without an error out of those at risk, not out of the survivors", () => {
    const { points } = survivalCurve([censoredAfter(1), erredAt(2, 3), finished(3), finished(3)], 3);
    expect(points.map(({ atRisk, firstErrors, censored }) => [atRisk, firstErrors, censored])).toEqual([
      [4, 0, 1],
      [3, 1, 0],
      [2, 0, 0],
    ]);
    expect(points[2]?.accuracy).toBeCloseTo(2 / 3, 15);
  });

  test("does not call a rollout censored that broke off after its error", () => {
    const { points } = survivalCurve([erredAt(2, 2), finished(4), finished(4)], 4);
    expect(points.every(({ censored }) => censored === 0)).toBe(true);
    expect(points[3]?.accuracy).toBe(2 / 3);
  });

  test("leaves out rollouts that finished no turn", () => {
    const nothing: RolloutSurvival = { lastTurn: 0, firstErrorTurn: null };
    expect(survivalCurve([nothing, finished(2), nothing], 2)).toEqual(survivalCurve([finished(2)], 2));
    expect(survivalCurve([nothing], 2)).toMatchObject({
      rollouts: 0,
      begun: 0,
      points: [],
      exact: [],
      lastKnownTurn: 0,
    });
  });

  test("is unknown after the last rollout without an error was lost", () => {
    const { points, lastKnownTurn } = survivalCurve([erredAt(1, 4), censoredAfter(2)], 4);
    expect(points.map(({ accuracy }) => accuracy)).toEqual([0.5, 0.5, null, null]);
    expect(points[3]).toMatchObject({ low: null, high: null, atRisk: 0 });
    expect(lastKnownTurn).toBe(2);
  });

  test("stays at zero once everybody has erred", () => {
    const { points, lastKnownTurn } = survivalCurve([erredAt(1, 3), erredAt(2, 3)], 3);
    expect(points.map(({ accuracy }) => accuracy)).toEqual([0.5, 0, 0]);
    expect(points[2]).toMatchObject({ low: 0, high: wilsonInterval(0, 2).high });
    expect(lastKnownTurn).toBe(3);
  });

  test("has Wilson's interval exactly while nothing is censored", () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: 1, max: 8 })), { minLength: 1, maxLength: 40 }),
        (errors) => {
          const { points } = survivalCurve(
            errors.map((turn) => (turn === null ? finished(8) : erredAt(turn, 8))),
            8,
          );
          for (const { turn, accuracy, low, high } of points) {
            const survivors = errors.filter((error) => error === null || error > turn).length;
            expect(accuracy).toBe(survivors / errors.length);
            expect({ low, high }).toEqual(wilsonInterval(survivors / errors.length, errors.length));
          }
        },
      ),
    );
  });

  test("is as sure as the number at risk allows while nobody has erred", () => {
    const rollouts = [
      ...Array.from({ length: 6 }, () => censoredAfter(1)),
      ...Array.from({ length: 4 }, () => finished(2)),
    ];
    expect(survivalCurve(rollouts, 2).points.map(({ low }) => low)).toEqual([
      wilsonInterval(1, 10).low,
      wilsonInterval(1, 4).low,
    ]);
  });

  test("does not depend on the order of the rollouts, and its bounds hold it", () => {
    fc.assert(
      fc.property(anyRollouts, ({ rollouts, turns }) => {
        const curve = survivalCurve(rollouts, turns);
        expect(survivalCurve(rollouts.toReversed(), turns)).toEqual(curve);
        for (const { accuracy, low, high } of curve.points) {
          if (accuracy === null || low === null || high === null) continue;
          expect(low).toBeLessThanOrEqual(accuracy);
          expect(high).toBeGreaterThanOrEqual(accuracy);
        }
      }),
    );
  });

  test("stays a number with thousands of rollouts lost one by one", () => {
    const rollouts = Array.from({ length: 3000 }, (_, i) =>
      i % 2 === 0 ? censoredAfter(1 + (i >> 2)) : erredAt(2 + (i >> 2), 800),
    );
    const { points } = survivalCurve(rollouts, 800);
    expect(points.at(-1)?.accuracy).toBe(0);
    expect(points.slice(0, 700).every(({ accuracy }) => Number.isFinite(accuracy))).toBe(true);
  });
});

describe.each(reference.cases)("R's survfit, $name", ({ samples, curves, turns }) => {
  test.each([0, 1])("sample %i has the same curve and Greenwood variance", (which) => {
    const { time = [], event = [] } = samples[which] ?? {};
    const expected = curves[which];
    if (expected === undefined) throw new Error("no such curve");
    const rollouts = time.map((turn, i) => (event[i] === 1 ? erredAt(turn, turns) : censoredAfter(turn)));
    const { points } = survivalCurve(rollouts, turns);
    for (const [i, turn] of expected.time.entries()) {
      const point = points[turn - 1];
      const survival = expected.survival[i] ?? 0;
      expect(point).toMatchObject({ atRisk: expected.atRisk[i], firstErrors: expected.events[i] });
      expect(point?.accuracy).toBeCloseTo(survival, 12);
      const greenwood = expected.greenwood[i] ?? 0;
      if (survival === 0 || survival === 1) continue;
      const interval = wilsonInterval(survival, (1 - survival) / (survival * greenwood));
      expect(point?.low).toBeCloseTo(interval.low ?? -1, 10);
      expect(point?.high).toBeCloseTo(interval.high ?? -1, 10);
    }
  });
});

test("the mean number of turns survived is the area under the curve up to the limit", () => {
  const { points } = survivalCurve([erredAt(1, 4), erredAt(3, 4), finished(4), finished(4)], 4);
  expect(meanTurnsSurvived(points, 4)).toBe(0.75 + 0.75 + 0.5 + 0.5);
  expect(meanTurnsSurvived(points, 2)).toBe(1.5);
});
