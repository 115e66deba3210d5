import { describe, expect, it } from "vitest";
import { claimsOf, crossingStudy } from "../../bench/statistics/crossing.ts";
import { crossing } from "../../src/metrics/crossing.ts";
import { testCurves } from "../../src/metrics/curve-test.ts";
import { Random } from "../../src/random.ts";

const turns = 60;

describe("crossing", () => {
  const [first, second] = crossingStudy(300, new Random("a crossing study"));

  it("says who gets further on average where the log-rank test sees nothing, the same from either side", () => {
    expect(testCurves(first, second, turns)?.pValue).toBeGreaterThan(0.05);
    const found = crossing(first, second, turns);
    // The truth: the areas under 0.5^((t / 39)^3) and 0.5^((t / 23)^0.7) up to turn 60.
    expect(found?.low).toBeLessThan(9.8);
    expect(found?.high).toBeGreaterThan(9.8);
    expect(found?.turns).toBe(turns);
    const mirrored = crossing(second, first, turns);
    expect(mirrored?.mean).toBeCloseTo(-(found?.mean ?? 0), 9);
    expect(mirrored?.low).toBeCloseTo(-(found?.high ?? 0), 9);
  });

  it("has a wider interval for more comparisons", () => {
    const [one, ten] = [1, 10].map((comparisons) => crossing(first, second, turns, { comparisons }));
    expect(ten?.low).toBeLessThan(one?.low ?? 0);
    expect(ten?.mean).toBe(one?.mean);
  });

  it("says nothing where one is ahead all along", () => {
    const worse = second.map((rollout) => ({ ...rollout, firstErrorTurn: 1 }));
    expect(crossing(first, worse, turns)).toBeNull();
  });

  it("says nothing where rollouts were cut or share dictionaries that would have to be reckoned with", () => {
    const cut = first.map((rollout, index) =>
      index < 2 ? { ...rollout, lastTurn: 3, firstErrorTurn: null, cut: "fault" as const } : rollout,
    );
    expect(crossing(cut, second, turns)).toBeNull();
    const sharing = [first, second].map((sample) =>
      sample.map((rollout, index) => ({ ...rollout, dictionary: String(index % 10) })),
    );
    expect(crossing(sharing[0] ?? [], sharing[1] ?? [], turns)).toBeNull();
  });

  it("finds the case of 39 against 23 turns in most studies of 100 rollouts", () => {
    const random = new Random("crossing", "test");
    const found = claimsOf(() => crossingStudy(100, random), turns, 100);
    expect(found.crossing).toBeGreaterThan(0.7);
  });
});
