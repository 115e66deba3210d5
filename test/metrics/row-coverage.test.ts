import { describe, expect, it } from "vitest";
import { cutCells, cutCoverage } from "../../bench/statistics/cut-coverage.ts";
import { dictionaryCells, dictionaryCoverage } from "../../bench/statistics/dictionary-coverage.ts";
import { trendCells, trends } from "../../bench/statistics/hazard-trend.ts";

// The tables that these are a small version of: bench/statistics/results. Gates leave four standard errors of that many.
const studies = 400;
const leastHeld = 0.93 - 4 * Math.sqrt((0.93 * 0.07) / studies);
const mostClaimed = 0.05 + 4 * Math.sqrt((0.05 * 0.95) / studies);

describe("bounds of H_s", () => {
  it.each(cutCells.filter(({ law, rollouts }) => law.shape === 1 && rollouts === 20))(
    "hold the truth where $cut of the rollouts are cut: $tie",
    (cell) => {
      for (const share of cutCoverage(cell, studies).bounds) expect(share).toBeGreaterThan(leastHeld);
    },
  );

  it("would not, were the cuts taken for plain censoring", () => {
    const law = { half: 20, shape: 1 };
    const { plain } = cutCoverage({ law, rollouts: 100, cut: 0.5, tie: "weak" }, 50);
    expect(plain[0]).toBeLessThan(0.2);
  });
});

describe("intervals of rollouts that share dictionaries", () => {
  it.each(dictionaryCells.filter(({ p, rollouts, isUneven }) => p === 0.97 && rollouts === 60 && !isUneven))(
    "hold the truth of H50, H80 and turn accuracy: $dictionaries dictionaries",
    (cell) => {
      for (const share of dictionaryCoverage(cell, studies).clustered)
        expect(share).toBeGreaterThan(leastHeld);
    },
  );
});

describe("a constant hazard after a free first turn", () => {
  it.each(trendCells.filter(({ rollouts }) => rollouts === 100))("is not called rising: p = $p", (cell) => {
    const found = trends(cell, studies);
    expect(found.without.rising).toBeLessThan(mostClaimed);
    expect(found.without.falling).toBeLessThan(mostClaimed);
    expect(found.with.rising).toBeGreaterThan(found.without.rising + 0.05);
  });
});
