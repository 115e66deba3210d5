import { describe, expect, it } from "vitest";
import { startShares, startWorlds } from "../../bench/statistics/cold-start.ts";
import { firstAgainstLater } from "../../src/metrics/cold-start.ts";
import type { TurnAnswers } from "../../src/metrics/turn-answers.ts";

/** "RRW" for each rollout: right or wrong; "." was not asked. */
function sample(...letters: readonly string[]): TurnAnswers[] {
  return letters.map((text, index) => ({
    instance: `i${index}`,
    answers: Array.from(text, (letter) => (letter === "." ? null : letter === "R")),
  }));
}

function times(count: number, text: string): string[] {
  return Array.from({ length: count }, () => text);
}

describe("turn 1 beside later turns", () => {
  it("counts rollouts that have both, and tells the exact chance of so few right first turns", () => {
    const test = firstAgainstLater(sample("WRRR", "WRRR", "R", ".RRR"), 4);
    expect(test?.first).toMatchObject({ n: 2, correct: 0 });
    expect(test?.later).toMatchObject({ n: 6, correct: 6 });
    expect(test?.difference).toBe(-1);
    // In each of two rollouts one of four turns is wrong: it is the first of both in 1 of 16.
    expect(test?.pValue).toBeCloseTo(2 / 16, 12);
  });

  it("finds the planted one: right in 3 of 16, later in 142 of 144", () => {
    const rollouts = [...times(3, "RRRRRRRRRR"), ...times(11, "WRRRRRRRRR"), ...times(2, "WRRRRRRRRW")];
    const test = firstAgainstLater(sample(...rollouts), 10);
    expect(test?.first).toMatchObject({ n: 16, correct: 3 });
    expect(test?.later).toMatchObject({ n: 144, correct: 142 });
    expect(test?.pValue).toBeLessThan(1e-6);
    expect(test?.high).toBeLessThan(-0.5);
  });

  it("takes hardly a right turn for no cold start", () => {
    const rollouts = [...times(26, "WWWWWWWWWW"), ...times(6, "WRWWRWWWRW")];
    const test = firstAgainstLater(sample(...rollouts), 10);
    expect(test?.difference).toBeLessThan(0);
    expect(test?.high).toBeGreaterThan(0);
  });

  it("is as open as what cut rollouts lack", () => {
    const cut = sample(...times(16, "WRR")).map((rollout) => ({ ...rollout, cutFrom: 4 }));
    const stopped = firstAgainstLater(sample(...times(16, "WRR")), 30);
    expect(stopped?.high).toBeLessThan(0);
    expect(firstAgainstLater(cut, 30)?.high).toBeGreaterThan(stopped?.high ?? 0);
    expect(firstAgainstLater(cut, 30)?.pValue).toBeGreaterThan(stopped?.pValue ?? 0);
  });

  it("tells nothing without a later turn", () => {
    expect(firstAgainstLater(sample("R", "W"), 1)).toBeNull();
    expect(firstAgainstLater([], 10)).toBeNull();
  });
});

// The table that this is a small version of: bench/statistics/results/cold-start.md. Gates leave four standard errors.
const studies = 200;
const error = (share: number): number => 4 * Math.sqrt((share * (1 - share)) / studies);

describe("what is said of a start", () => {
  it.each(startWorlds)("is true of one that $name: $planted", (world) => {
    const found = startShares(world, studies);
    for (const name of ["cold", "improves"] as const)
      if (world.planted.includes(name)) expect(found[name]).toBeGreaterThan(0.9 - error(0.9));
      else expect(found[name]).toBeLessThan(0.05 + error(0.05));
    if (found.held !== null) expect(found.held).toBeGreaterThan(0.93 - error(0.93));
  });
});
