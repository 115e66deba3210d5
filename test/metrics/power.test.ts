import { describe, expect, it } from "vitest";
import { playContest } from "../../bench/statistics/tests.ts";
import { rolloutsNeeded } from "../../src/metrics/power.ts";

describe("rolloutsNeeded", () => {
  it("agrees with Schoenfeld's formula worked by hand: ratio 1.2, everybody falls", () => {
    // 4 (1.959964 + 0.841621)^2 / (ln 1.2)^2 = 944.5 first errors, two a pair of rollouts.
    expect(rolloutsNeeded(20, 1.2, 100_000)).toEqual({ events: 945, rollouts: 473 });
  });

  it("needs more where rollouts end before they fall, and is the same from either side", () => {
    expect(rolloutsNeeded(20, 1.5, 20).rollouts).toBeGreaterThan(rolloutsNeeded(20, 1.5, 200).rollouts);
    expect(rolloutsNeeded(20, 1.5, 60)).toEqual(rolloutsNeeded(30, 1 / 1.5, 60));
  });

  it("has the power it promises in made-up studies", () => {
    const half = 20;
    const turns = 80;
    const { rollouts } = rolloutsNeeded(half, 1.6, turns);
    const laws = [
      { half: half * 1.6, shape: 1 },
      { half, shape: 1 },
    ] as const;
    const contest = { name: "power", laws, rollouts, turns, censoring: 0, shared: 0 };
    const { claims } = playContest(contest, 400, false);
    // 400 studies: two standard errors are 4 points, the formula's own error some more.
    expect(claims["log-rank, unpaired"]).toBeGreaterThan(0.73);
    expect(claims["log-rank, unpaired"]).toBeLessThan(0.87);
  });
});
