import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hazardBins } from "../../src/metrics/hazard.ts";
import { wilsonInterval } from "../../src/metrics/proportion.ts";
import { riskRows } from "../../src/metrics/risk-rows.ts";
import { survivalCurve } from "../../src/metrics/survival.ts";
import { anyRollouts, censoredAfter, erredAt } from "./rollouts.ts";

const rows = [10, 8, 6, 5, 3].map((atRisk, index) => ({ turn: index + 1, atRisk, firstErrors: index }));

describe("hazard bins", () => {
  test("close as soon as they hold enough turns at risk; the rest joins the last", () => {
    const bins = hazardBins(rows, 10);
    expect(
      bins.map(({ firstTurn, lastTurn, turnsAtRisk, firstErrors }) => [
        firstTurn,
        lastTurn,
        turnsAtRisk,
        firstErrors,
      ]),
    ).toEqual([
      [1, 1, 10, 0],
      [2, 5, 22, 10],
    ]);
    expect(bins[1]).toMatchObject({ hazard: 10 / 22, ...wilsonInterval(10 / 22, 22) });
  });

  test("are one, however small, where the study is small, and none where nobody was at risk", () => {
    expect(hazardBins(rows, 1000)).toMatchObject([{ firstTurn: 1, lastTurn: 5, turnsAtRisk: 32 }]);
    expect(hazardBins([{ turn: 1, atRisk: 0, firstErrors: 0 }])).toEqual([]);
  });

  test("end where they end whatever errors fall into them", () => {
    const ends = (errors: number) =>
      hazardBins(
        rows.map((row) => ({ ...row, firstErrors: errors })),
        12,
      ).map(({ lastTurn }) => lastTurn);
    expect(ends(0)).toEqual(ends(3));
  });

  test("hold every turn at risk and every first error once, and enough of them", () => {
    fc.assert(
      fc.property(anyRollouts, fc.integer({ min: 1, max: 60 }), ({ rollouts }, least) => {
        const all = riskRows(rollouts);
        const bins = hazardBins(all, least);
        const total = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0);
        const turnsAtRisk = total(all.map(({ atRisk }) => atRisk));
        expect(total(bins.map((bin) => bin.turnsAtRisk))).toBe(turnsAtRisk);
        expect(total(bins.map((bin) => bin.firstErrors))).toBe(total(all.map((row) => row.firstErrors)));
        if (turnsAtRisk >= least) expect(bins.every((bin) => bin.turnsAtRisk >= least)).toBe(true);
        expect(hazardBins(riskRows(rollouts.toReversed()), least)).toEqual(bins);
      }),
    );
  });
});

describe("the rows of those at risk", () => {
  test("are the curve's", () => {
    fc.assert(
      fc.property(anyRollouts, ({ rollouts, turns }) => {
        const points = survivalCurve(rollouts, turns)
          .points.map(({ turn, atRisk, firstErrors }) => ({ turn, atRisk, firstErrors }))
          .filter(({ atRisk }) => atRisk > 0);
        expect(riskRows(rollouts)).toEqual(points);
      }),
    );
  });

  test("end with the last turn that anybody did without an earlier error", () => {
    expect(riskRows([erredAt(2, 9), censoredAfter(3), censoredAfter(0)])).toEqual([
      { turn: 1, atRisk: 2, firstErrors: 0 },
      { turn: 2, atRisk: 2, firstErrors: 1 },
      { turn: 3, atRisk: 1, firstErrors: 0 },
    ]);
  });
});
