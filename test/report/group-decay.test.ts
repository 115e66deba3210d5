import { describe, expect, test } from "vitest";
import type { PlayedRollout } from "../../src/metrics/played-rollout.ts";
import { columnsOf } from "../../src/report/compare/metrics.ts";
import { decay as decayFigure, decayOf } from "../../src/figures/group-decay.ts";
import { measureTurns } from "../../src/figures/measures.ts";
import type { RunRows } from "../../src/reading/rows.ts";
import { settingsOf } from "../../src/reading/settings.ts";
import { madeRollouts, madeRows, madeRun, madeSettings } from "./runs.ts";
import type { CompareGroup } from "../../src/figures/compare-schema.ts";

const turns = 40;

/** `count` rollouts of which a like share errs at every turn from `first` on. */
function steady(count: number, first: number, chance: number): PlayedRollout[] {
  return Array.from({ length: count }, (_, index) => {
    const error = first + Math.floor(Math.log((index + 0.5) / count) / Math.log(1 - chance));
    return { instance: String(index), lastTurn: turns, firstErrorTurn: error <= turns ? error : null };
  });
}

function decay(played: readonly PlayedRollout[], fromTurn: number) {
  return decayOf({ taskAccuracy: [] }, { turns }, fromTurn, played);
}

describe("the hazard of a row", () => {
  test("does not rise because the first turn is free", () => {
    const free = steady(400, 2, 0.1);
    expect(decay(free, 2)).toMatchObject({ fromTurn: 2, weibull: { trend: "flat" } });
    expect(decay(free, 1)).toMatchObject({ fromTurn: 1, weibull: { trend: "rising" } });
    expect(decay(free, 2).constant?.p).toBeCloseTo(0.9, 2);
  });

  test("cannot be told from few errors", () => {
    expect(decay(steady(20, 2, 0.03), 2).weibull?.trend).toBe("unknown");
  });

  test("is as open as the worst cases of what was cut", () => {
    const whole = steady(200, 2, 0.05);
    const cut = whole.map(
      (rollout, index): PlayedRollout =>
        index % 3 === 0
          ? { ...rollout, lastTurn: 5 + (index % 7), firstErrorTurn: null, cut: "fault" }
          : rollout,
    );
    const [own, open] = [decay(whole, 2), decay(cut, 2)];
    expect(own.weibull?.trend).toBe("flat");
    expect(open.weibull?.trend).toBe("unknown");
    expect(open.constant?.low).toBeLessThan(own.constant?.low ?? 0);
  });
});

test.each([
  ["has nothing to add to", {}, 2],
  ["adds to a random number", { start: "random" }, 1],
  ["adds to what the burn-in shows", { burnIn: 3 }, 1],
] as const)("the laws begin by whether turn 1 %s", (_, change, fromTurn) => {
  const rows = madeRows(madeRun({ settings: madeSettings({ turns, ...change }) }), madeRollouts([5, 9], 20));
  const row = { rows: [rows], ...measureTurns([rows]), settings: settingsOf(rows.run) };
  expect(decayFigure.measure(row)?.fromTurn).toBe(fromTurn);
});

describe("a cold start", () => {
  /** Turn 1 wrong in most rollouts, then a like share of errors at every turn. */
  const letters = steady(400, 2, 0.05).map(({ firstErrorTurn }, index) => {
    const end = firstErrorTurn ?? turns + 1;
    const later = "R".repeat(end - 2) + (end > turns ? "" : "W") + "R".repeat(Math.max(0, turns - end));
    return (index % 4 === 0 ? "R" : "W") + later;
  });
  const rows: RunRows = {
    ...madeRows(madeRun({ settings: madeSettings({ turns }) }), madeRollouts([], 400, turns)),
    tracks: letters.map((own, rollout) => ({ rollout, end: "complete", letters: own })),
  };
  const settings = settingsOf(rows.run);

  test("is no decay: the laws begin behind it, with every rollout", () => {
    const measured = measureTurns([rows]);
    expect(measured.coldStart).toMatchObject({
      isShown: true,
      isWorst: true,
      first: { n: 400, correct: 100 },
    });
    const found = decayFigure.measure({ rows: [rows], ...measured, settings });
    expect(found).toMatchObject({ fromTurn: 2, weibull: { trend: "flat" } });
    expect(found?.constant?.p).toBeCloseTo(0.95, 2);
    expect(found?.hazards[0]?.firstTurn).toBe(2);
    // Half of the rollouts err within turns 2 to 15.
    expect(measured.horizons[0]?.turns).toBe(1);
    expect(measured.coldStart?.horizon?.turns).toBeGreaterThan(12);
    expect(measured.coldStart?.horizon?.turns).toBeLessThan(18);
  });

  test("is none where rollouts that failed at turn 1 were not let go on", () => {
    const settingsToError = madeSettings({ turns, until: "first-error" });
    const run = { ...rows.run, settings: settingsToError };
    expect(measureTurns([{ ...rows, run }])).toMatchObject({ coldStart: null, improvement: null });
  });
});

describe("the horizon that turns 1 and 2 foretell", () => {
  const cellOf = (predictedHorizon: CompareGroup["predictedHorizon"]): string => {
    const column = columnsOf("horizon").find(({ title }) => title === "H50 from turns 1, 2");
    return column?.cell({ predictedHorizon } as CompareGroup) ?? "";
  };
  test.each([
    [{ s: 0.5, turns: 12, low: 5, high: 40 }, "12 (5 to 40)"],
    [{ s: 0.5, turns: null, low: 8, high: null }, "at least 8"],
    [{ s: 0.5, turns: 200, low: 40, high: null }, "200 (at least 40)"],
    [null, "unknown"],
  ])("%o reads %s", (predicted, text) => {
    expect(cellOf(predicted)).toBe(text);
  });
});
