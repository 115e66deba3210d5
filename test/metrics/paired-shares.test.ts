import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { testParts, testShares } from "../../src/metrics/paired-shares.ts";
import type { TurnAnswers } from "../../src/metrics/turn-answers.ts";
import { Random } from "../../src/random.ts";

/** "RRW.R" for each instance: right, wrong or not had; "|" marks where a cut took the rest. */
function sample(...letters: readonly string[]): TurnAnswers[] {
  return letters.map((text, index) => ({
    instance: `i${index}`,
    answers: Array.from(text.replace("|", ""), (letter) => (letter === "." ? null : letter === "R")),
    cutFrom: text.includes("|") ? text.indexOf("|") + 1 : null,
  }));
}

function drawn(
  random: Random,
  rollouts: number,
  turns: number,
  share: (turn: number) => number,
): TurnAnswers[] {
  return Array.from({ length: rollouts }, (_, index) => ({
    instance: String(index),
    answers: Array.from({ length: turns }, (_turn, at) => random.unit() < share(at + 1)),
  }));
}

describe("turn accuracy at equal turns", () => {
  test("counts only turns that both of a pair answered, of those that count", () => {
    const first = sample("RRRR", "RW", "RR..");
    const second = sample("WRRW", "RRRR", "RW.R");
    const test = testShares(first, second, { turns: new Set([2, 3, 4]), planned: 4 });
    expect(test?.first).toMatchObject({ n: 5, correct: 4 });
    expect(test?.second).toMatchObject({ n: 5, correct: 3 });
    expect(test?.difference).toBeCloseTo(0.2, 12);
    expect(test).toMatchObject({ pairs: 3, errors: 3, isOpen: false });
  });

  test("has the exact p-value of swapping pairs, and Student's interval over them", () => {
    const first = sample("RRRR", "RRRR", "RRRR", "RRRR", "RRRR", "RRRR", "RRRW", "RRRR");
    const second = sample("WWRR", "WRRR", "WWWR", "RRRW", "WWRR", "WWWW", "RRRR", "RRRR");
    const test = testShares(first, second, { planned: 4 });
    // Differences 2, 1, 3, 1, 2, 4, -1, 0, together 12 of 14: one of them, of size 1, may be negative, or none.
    expect(test?.pValue).toBeCloseTo((2 * 4) / 2 ** 7, 12);
    const differences = [2, 1, 3, 1, 2, 4, -1, 0].map((turns) => turns / 4);
    const mean = differences.reduce((sum, one) => sum + one, 0) / 8;
    const spread = Math.sqrt(differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 56);
    expect(test?.difference).toBeCloseTo(mean, 12);
    expect(test?.high).toBeCloseTo(mean + 2.364_624_252 * spread, 8);
    expect(test?.low).toBeCloseTo(mean - 2.364_624_252 * spread, 8);
  });

  test("turns round with its arguments, to the last bit of p, whatever the order of rows", () => {
    const random = new Random("order");
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), fc.nat(30), (few, many, shift) => {
        const named = (one: TurnAnswers, index: number): TurnAnswers => ({
          ...one,
          instance: String(index),
          dictionary: String(index % 9),
        });
        const first = drawn(random, few, 6, () => 0.8).map(named);
        const second = drawn(random, many, 6, () => 0.7).map((one, index) => named(one, index + shift));
        const there = testShares(first, second, { planned: 6 });
        const back = testShares(second.toReversed(), first.toReversed(), { planned: 6 });
        expect(back?.pValue).toBe(there?.pValue);
        if (there === null) return;
        expect(back?.difference).toBeCloseTo(-there.difference, 12);
        expect(back?.low ?? 0).toBeCloseTo(-(there.high ?? 0), 12);
      }),
      { numRuns: 40 },
    );
  });

  test("compares rollouts without a partner turn by turn", () => {
    // The second had mostly early turns, and all get worse with the turns: alike at each of them.
    const first = sample("RRRW", "RRWW", "RRRW", "RRWW");
    const second = sample("RR", "RR", "RRRW", "RR", "RR", "RRWW").map((one) => ({
      ...one,
      instance: `other ${one.instance}`,
    }));
    const test = testShares(first, second, { planned: 4 });
    expect(test?.difference).toBeCloseTo(0, 12);
    expect(test).toMatchObject({ pairs: 0, pValue: 1 });
  });

  test("has an interval where nobody erred, and none with a single rollout on either side", () => {
    const right = Array.from({ length: 10 }, () => "RRRRR");
    const test = testShares(sample(...right), sample(...right), { planned: 5 });
    expect(test).toMatchObject({ difference: 0, pValue: 1, errors: 0 });
    expect(test?.high).toBeGreaterThan(0.03);
    expect(test?.low).toBeCloseTo(-(test?.high ?? 0), 12);
    expect(testShares(sample("RR"), sample("RW"), { planned: 2 })?.low).toBeNull();
    expect(testShares(sample("R"), sample(".W"), { planned: 2 })).toBeNull();
  });

  test("stands only if what cut rollouts lack could not turn it round", () => {
    const worse = Array.from({ length: 12 }, () => "RWWRWWRWWR");
    const better = Array.from({ length: 12 }, () => "RRRRRRRRRR");
    const cutLate = [...better.slice(1), "RRRRRRRR|"];
    const stands = testShares(sample(...cutLate), sample(...worse), { planned: 10 });
    expect(stands?.isOpen).toBe(false);
    expect(stands?.pValue).toBeLessThan(0.001);
    const cutEarly = better.map(() => "RR|");
    const open = testShares(sample(...cutEarly), sample(...worse), { planned: 10 });
    expect(open).toMatchObject({ isOpen: true, pValue: 1 });
    expect(open?.low).toBeLessThan(-0.2);
    expect(open?.high).toBeGreaterThan(0.2);
    const stopped = better.map(() => "RR");
    expect(testShares(sample(...stopped), sample(...worse), { planned: 10 })?.pValue).toBeLessThan(0.001);
  });

  test("swaps whole dictionaries where six or more are shared, and is as wide as these vary", () => {
    const random = new Random("dictionaries");
    const luck = Array.from({ length: 8 }, () => random.unit() * 0.6 - 0.3);
    const sampleOf = (sign: number): TurnAnswers[] =>
      drawn(random, 160, 10, () => 0).map((one, index) => ({
        ...one,
        dictionary: String(index % 8),
        answers: one.answers.map(() => random.unit() < 0.6 + sign * (luck[index % 8] ?? 0)),
      }));
    const [first, second] = [sampleOf(1), sampleOf(-1)];
    const own = (samples: readonly TurnAnswers[]): TurnAnswers[] =>
      samples.map(({ instance, answers }) => ({ instance, answers }));
    const shared = testShares(first, second, { planned: 10 });
    const apart = testShares(own(first), own(second), { planned: 10 });
    expect(shared?.pValue).toBeGreaterThanOrEqual(2 ** -7);
    expect((shared?.high ?? 0) - (shared?.low ?? 0)).toBeGreaterThan(
      2 * ((apart?.high ?? 0) - (apart?.low ?? 0)),
    );
  });

  test("compares the late part of the same rollouts with the early one", () => {
    const test = testParts(sample("RRRRWW", "RRRRRW", "RRRRW", "RRWRWW"), new Set([2, 3]), new Set([5, 6]));
    // Of the third's late turns there is only the first.
    expect(test?.first).toMatchObject({ n: 7, correct: 1 });
    expect(test?.second).toMatchObject({ n: 7, correct: 6 });
    const cut = testParts(sample("RRRR|", "RRRR|"), new Set([1, 2]), new Set([4, 5]));
    expect(cut).toMatchObject({ isOpen: true, pValue: 1 });
  });
});
