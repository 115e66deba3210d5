import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnsweredRollout, afterSlip } from "../../src/metrics/after-slip.ts";

/** "RRW" with the answers of each turn, by letters. */
function played(right: string, answers: string): AnsweredRollout {
  return { right: Array.from(right, (letter) => letter === "R"), answers: answers.split(",") };
}

describe("afterSlip", () => {
  it("counts the turn right behind the first slip, and those up to it", () => {
    const found = afterSlip([
      played("RRWR", "1,2,9,4"),
      played("RWWW", "1,9,9,9"),
      played("RRRW", "1,2,3,9"),
      played("RRRR", "1,2,3,4"),
      played("", ""),
    ]);
    expect(found).toMatchObject({
      rollouts: 4,
      slipped: 3,
      followed: 2,
      before: { n: 3 + 2 + 4 + 4, correct: 2 + 1 + 3 + 4 },
      next: { n: 2, correct: 1 },
      after: { n: 3, correct: 1 },
      neverRight: { n: 2, correct: 1 },
      longestRepeat: { rollout: 1, turn: 2, turns: 3 },
      // One is right at its end, the other from turn 1 on never again.
      noneRightAfter: 1,
    });
  });

  it("counts dictionaries where rollouts share six or more, for turns and for rollouts", () => {
    // All rollouts of a dictionary do the same.
    const rollouts = Array.from({ length: 60 }, (_, index) => ({
      ...(index % 6 < 3 ? played("RWR", "1,9,3") : played("RWW", "1,9,9")),
      dictionary: `d${index % 6}`,
    }));
    const alone = rollouts.map(({ dictionary: _dictionary, ...rollout }) => rollout);
    for (const figure of ["next", "after", "neverRight"] as const) {
      const [shared, own] = [afterSlip(rollouts)[figure], afterSlip(alone)[figure]];
      expect(shared.accuracy).toBe(own.accuracy);
      expect(shared.low).toBeLessThan((own.low ?? 0) - 0.2);
      expect(shared.high).toBeGreaterThan((own.high ?? 1) + 0.2);
    }
  });

  it("counts a right answer that is given again, but no row of right ones", () => {
    expect(afterSlip([played("RRRR", "5,5,5,5")]).longestRepeat).toBeNull();
    expect(afterSlip([played("RRRRWW", "5,5,5,7,7,7")]).longestRepeat).toEqual({
      rollout: 0,
      turn: 4,
      turns: 3,
    });
    expect(afterSlip([played("WWWW", ",,,")]).longestRepeat).toBeNull();
    expect(afterSlip([played("WWWW", "3,,3,3")]).longestRepeat).toEqual({ rollout: 0, turn: 3, turns: 2 });
  });

  it("knows no turn after which nothing is right while half of the rollouts are right in their last", () => {
    expect(afterSlip([played("WR", "1,2"), played("WW", "1,2")]).noneRightAfter).toBe(0);
    expect(
      afterSlip([played("WR", "1,2"), played("WR", "1,2"), played("WW", "1,2")]).noneRightAfter,
    ).toBeNull();
  });

  it("has nothing to say where nothing slipped, or nothing came after", () => {
    const none = { slipped: 0, followed: 0, next: { accuracy: null }, noneRightAfter: null };
    expect(afterSlip([played("RR", "1,2")])).toMatchObject(none);
    expect(afterSlip([played("RW", "1,2")])).toMatchObject({ ...none, slipped: 1 });
    expect(afterSlip([])).toMatchObject({ ...none, rollouts: 0, before: { accuracy: null } });
  });

  it("does not depend on the order of the rollouts, but for where the longest repeat is", () => {
    const rollout = fc.array(fc.tuple(fc.boolean(), fc.constantFrom("", "1", "2")), { maxLength: 8 }).map(
      (turns): AnsweredRollout => ({
        right: turns.map(([right]) => right),
        answers: turns.map(([, answer]) => answer),
      }),
    );
    fc.assert(
      fc.property(fc.array(rollout, { maxLength: 8 }), (rollouts) => {
        const { longestRepeat, ...figures } = afterSlip(rollouts);
        const { longestRepeat: reversed, ...others } = afterSlip(rollouts.toReversed());
        // But for the last digit: sums of fractions.
        const rounded = (_: string, value: unknown) =>
          typeof value === "number" ? Number(value.toFixed(9)) : value;
        expect(JSON.stringify(others, rounded)).toBe(JSON.stringify(figures, rounded));
        expect([reversed?.turns, reversed?.turn]).toEqual([longestRepeat?.turns, longestRepeat?.turn]);
      }),
      { seed: 1 },
    );
  });
});
