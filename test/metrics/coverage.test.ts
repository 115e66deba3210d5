import { describe, expect, it } from "vitest";
import { cells, coverage } from "../../bench/statistics/coverage.ts";
import { playContest } from "../../bench/statistics/tests.ts";

// The tables that these are a small version of: bench/statistics/results.
const studies = 400;

describe("the interval of H_s", () => {
  it.each(cells.filter(({ rollouts }) => rollouts === 50))(
    "holds the truth: $name hazard, half-life $law.half, $censoring cut short",
    (cell) => {
      for (const share of coverage(cell, studies)) expect(share).toBeGreaterThan(0.9);
    },
  );
});

describe("the test of two curves", () => {
  const law = { half: 20, shape: 1 };
  it.each([0, 0.5])("claims a difference between equal models in about 5 %% (%f shared errors)", (shared) => {
    const { claims } = playContest(
      { name: "small", laws: [law, law], rollouts: 60, turns: 60, censoring: 0.2, shared },
      studies,
      false,
    );
    expect(claims["log-rank, paired"]).toBeLessThan(0.09);
    expect(claims["log-rank, paired"]).toBeGreaterThan(0.02);
  });

  it("loses nothing to pairing where the errors are unrelated, and gains where they are shared", () => {
    const laws = [{ half: 32, shape: 1 }, law] as const;
    const contest = { name: "small", laws, rollouts: 60, turns: 100, censoring: 0 };
    const unrelated = playContest({ ...contest, shared: 0 }, studies, true);
    const alike = playContest({ ...contest, shared: 0.5 }, studies, false);
    const [paired = 0, unpaired = 1] = [
      unrelated.claims["log-rank, paired"],
      unrelated.claims["log-rank, unpaired"],
    ];
    expect(Math.abs(paired - unpaired)).toBeLessThan(0.06);
    expect(alike.claims["log-rank, paired"]).toBeGreaterThan(
      (alike.claims["log-rank, unpaired"] ?? 1) + 0.05,
    );
    expect(unrelated.ratioCoverage).toBeGreaterThan(0.91);
  });
});
