import { describe, expect, it } from "vitest";
import {
  idleWorlds,
  partedWorlds,
  plantedRecovery,
  plantedWorlds,
} from "../../bench/statistics/self-conditioning.ts";
import { conditioningEffect, effectSide } from "../../src/metrics/conditioning.ts";
import type { RateSample } from "../../src/metrics/planted-turns.ts";

// The tables that these are a small version of: bench/statistics/results/self-conditioning.md.
const studies = 400;
const below = (share: number): number => share - 4 * Math.sqrt((share * (1 - share)) / studies);
const above = (share: number): number => share + 4 * Math.sqrt((share * (1 - share)) / studies);

/** A rate with "RW.|" for each instance: right, wrong, not asked, cut from there on; turn 1 shows nothing. */
function rated(rate: number, ...letters: readonly string[]): RateSample {
  return {
    rate,
    planned: 5,
    rollouts: letters.map((text, index) => ({
      instance: String(index),
      answers: Array.from(text.replace("|", ""), (letter) => (letter === "." ? null : letter === "R")),
      shown: Array.from({ length: 5 }, (_, at) => (at === 0 ? null : rate)),
      cutFrom: text.includes("|") ? text.indexOf("|") + 1 : null,
    })),
  };
}

describe("the effect of planted errors", () => {
  it("holds what was planted, in few and in many rollouts", () => {
    const names = ["few rollouts", "two rates, few errors"];
    for (const world of plantedWorlds.filter(({ name }) => names.includes(name)))
      for (const strength of [0, 2])
        expect(plantedRecovery(world, strength, studies).held, world.name).toBeGreaterThan(below(0.95));
  });

  it("is not claimed where turns, instances or dictionaries make the errors", () => {
    for (const world of idleWorlds.filter(({ rollouts }) => rollouts !== 60)) {
      const { breeds, careful } = plantedRecovery(world, 0, studies);
      expect(breeds + careful, world.name).toBeLessThan(above(0.05));
    }
  });

  it("is claimed, and bounded, where right and wrong are parted", () => {
    for (const { strength, ...world } of partedWorlds.filter(({ asked }) => asked.length === 1)) {
      const { breeds, held, parted } = plantedRecovery(world, strength, studies);
      expect(parted).toBeGreaterThan(0.6);
      expect(breeds, world.name).toBeGreaterThan(below(0.95));
      expect(held, world.name).toBeGreaterThan(below(0.95));
    }
  });

  it("says why there is none", () => {
    const reasonOf = (...rates: readonly RateSample[]) => conditioningEffect(rates).reason;
    expect(reasonOf()).toBe("one_rate");
    expect(reasonOf(rated(0.5, "RRW", "RWR"))).toBe("one_rate");
    expect(reasonOf(rated(0, "RRR"), rated(1, "RWW"))).toBe("one_instance");
    expect(reasonOf(rated(0, "RR", "RR"), rated(1, "..WW", "..WW"))).toBe("no_common_turn");
    expect(reasonOf(rated(0, "WRR", "WRR"), rated(1, "WRR", "WRR"))).toBe("all_right");
    expect(reasonOf(rated(0, "RWW", "RWW"), rated(1, "RWW", "RWW"))).toBe("all_wrong");
    expect(reasonOf(rated(0, "RRW", "RRW"), rated(1, "RRW", "RRW"))).toBe("turn_alone");
    expect(reasonOf(rated(0, "RRR", "RRR"), rated(1, "RRW", "RRR"))).toBe("unbounded");
    const same = { ...rated(0, "RRW", "RWR"), rate: 0.1 };
    expect(reasonOf(rated(0, "RRW", "RWR"), same)).toBe("alike_shown");
  });

  it("has an interval only where five instances or more were ever wrong, and ever right", () => {
    const sample = (rate: number, wrong: readonly number[]): RateSample => ({
      rate,
      planned: 2,
      rollouts: Array.from({ length: 16 }, (_, index) => ({
        instance: String(index),
        answers: [true, !wrong.includes(index)],
        // As it comes out where each answer is wrong by chance.
        shown: [null, rate === 0 ? 0 : (rate * (10 + ((index * 7) % 5))) / 12],
        cutFrom: null,
      })),
    });
    const alike = (wrong: readonly number[]) =>
      conditioningEffect([0, 0.5, 1].map((rate) => sample(rate, wrong)));
    expect(alike([3])).toMatchObject({ low: null, high: null, reason: null });
    expect(alike([0, 3, 7, 9])).toMatchObject({ low: null, high: null, reason: null });
    const five = alike([0, 3, 7, 9, 12]);
    expect([five.low, five.high]).toEqual([expect.any(Number), expect.any(Number)]);
  });

  it("counts turns that all rates reached, and none that a cut could turn round", () => {
    const right = Array.from({ length: 10 }, () => "RRRRR");
    const late = conditioningEffect([rated(0, ...right), rated(1, ...right.map(() => "RRW"))]);
    expect(late.rates.map(({ share }) => share.n)).toEqual([20, 20]);
    expect(effectSide(late, late.test?.pValue ?? 1)).toBe(-1);
    const half = right.map((text, index) => (index < 6 ? "RR|" : text));
    const cut = conditioningEffect([rated(0, ...half), rated(1, ...right.map(() => "RWRRR"))]);
    expect(cut.test).toMatchObject({ isOpen: true, pValue: 1 });
    expect(effectSide(cut, cut.test?.pValue ?? 1)).toBe(0);
  });

  it("claims no more than slope and test both support", () => {
    const base = conditioningEffect([rated(0, "RRRRR", "RRRRW"), rated(1, "RWWRW", "RRWWR")]);
    const withEnds = (low: number, high: number, difference: number) =>
      effectSide({ ...base, slope: -1, low, high, test: base.test && { ...base.test, difference } }, 0.01);
    expect(withEnds(-2, -0.5, -0.3)).toBe(-1);
    expect(withEnds(-2, 0.5, -0.3)).toBe(0);
    expect(withEnds(-2, -0.5, 0.3)).toBe(0);
    expect(withEnds(0.5, 2, 0.3)).toBe(1);
  });
});
