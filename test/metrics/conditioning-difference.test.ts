import { describe, expect, it } from "vitest";
import {
  differenceTold,
  equalWorlds,
  unlikeWorlds,
} from "../../bench/statistics/conditioning-differences.ts";
import { conditioningDifference } from "../../src/metrics/conditioning-difference.ts";
import type { RateSample } from "../../src/metrics/planted-turns.ts";

// The tables that these are a small version of: bench/statistics/results/conditioning-differences.md.
const studies = 150;
const below = (share: number): number => share - 4 * Math.sqrt((share * (1 - share)) / studies);
const above = (share: number): number => share + 4 * Math.sqrt((share * (1 - share)) / studies);
const named = (worlds: typeof equalWorlds, name: string) => worlds.filter((world) => world.name === name);

/** At each rate as many of ten instances right at turn 2 as stand there. */
function sampled(right: Readonly<Record<number, number>>, turn = 2): RateSample[] {
  return Object.entries(right).map(([rate, count]) => ({
    rate: Number(rate),
    planned: turn,
    rollouts: Array.from({ length: 10 }, (_, index) => ({
      instance: String(index),
      answers: [...Array.from({ length: turn - 1 }, () => null), index < count],
      shown: [...Array.from({ length: turn - 1 }, () => null), Number(rate)],
    })),
  }));
}

describe("whether planted errors weigh alike on two models", () => {
  it("is not denied where they do, however unlike the models are", () => {
    for (const world of [
      ...named(equalWorlds, "few rollouts"),
      ...named(equalWorlds, "no effect on either"),
    ]) {
      const { firstMore, secondMore, held } = differenceTold(world, studies);
      expect(firstMore + secondMore, world.name).toBeLessThan(above(0.05));
      expect(held, world.name).toBeGreaterThan(below(0.95));
    }
  });

  it("is denied where they do not, on the right side, and the interval holds what was planted", () => {
    for (const world of named(unlikeWorlds, "few rollouts").slice(1)) {
      const { firstMore, secondMore, held } = differenceTold(world, studies);
      expect(firstMore, world.name).toBeGreaterThan(0.4);
      expect(secondMore, world.name).toBeLessThan(0.02);
      expect(held, world.name).toBeGreaterThan(below(0.95));
    }
  });

  it("is the same difference with its sign turned, the models exchanged", () => {
    const [one, other] = [sampled({ 0: 9, 1: 1 }), sampled({ 0: 8, 1: 6 })];
    const [there, back] = [conditioningDifference(one, other), conditioningDifference(other, one)];
    // ln(1/9) - ln 9 on the one side, ln(6/4) - ln(8/2) on the other.
    const planted = -2 * Math.log(9) - (Math.log(1.5) - Math.log(4));
    expect(there?.difference).toBeCloseTo(planted, 6);
    expect(back?.difference).toBeCloseTo(-planted, 6);
    expect(back?.pValue).toBeCloseTo(there?.pValue ?? 0, 9);
    expect(there?.side).toBe(-1);
    expect(back?.side).toBe(1);
  });

  it("cannot be told of a model that is always right, of other turns, or of one rate in common", () => {
    const falling = sampled({ 0: 9, 1: 3 });
    expect(conditioningDifference(falling, sampled({ 0: 10, 1: 10 }))).toBeNull();
    expect(conditioningDifference(falling, sampled({ 0: 9, 1: 3 }, 3))).toBeNull();
    expect(conditioningDifference(falling, sampled({ 0: 9, 0.5: 3 }))).toBeNull();
  });

  it("is no smaller than cut rollouts leave it, and open where these could turn it round", () => {
    const cut = (rates: readonly RateSample[], before: number): RateSample[] =>
      rates.map((rate) => ({
        ...rate,
        rollouts: rate.rollouts.map((rollout, index) =>
          index >= before ? rollout : { ...rollout, answers: [null], shown: [null], cutFrom: 2 },
        ),
      }));
    const [one, other] = [sampled({ 0: 9, 0.5: 4, 1: 1 }), sampled({ 0: 8, 0.5: 8, 1: 7 })];
    const [whole, hardly, half] = [0, 1, 6].map((before) =>
      conditioningDifference(cut(one, before), cut(other, before)),
    );
    expect(whole?.isOpen).toBe(false);
    expect(hardly).toMatchObject({ isOpen: false, side: -1 });
    expect(hardly?.pValue).toBeGreaterThan(whole?.pValue ?? 1);
    expect(half).toMatchObject({ isOpen: true, pValue: 1 });
  });

  it("is not shown of models that answer alike, and how far they could differ is unknown", () => {
    const one = sampled({ 0: 9, 0.5: 6, 1: 3 });
    const shuffled = one.toReversed().map((rate) => ({ ...rate, rollouts: rate.rollouts.toReversed() }));
    for (const other of [one, shuffled]) {
      const found = conditioningDifference(one, other);
      expect(found).toMatchObject({ low: null, high: null, pValue: 1 });
      expect(found?.difference).toBeCloseTo(0, 9);
    }
  });

  it("is not shown where all instances of each model do the same: what varies between them was not seen", () => {
    const same = (pattern: string): RateSample[] =>
      Array.from(pattern, (letter, index) => ({
        rate: index / 4,
        planned: 2,
        rollouts: [0, 1, 2, 3, 4, 5].map((instance) => ({
          instance: String(instance),
          answers: [null, letter === "R"],
          shown: [null, index / 4],
        })),
      }));
    const found = conditioningDifference(same("RRWRW"), same("WRWRR"));
    expect(found).toMatchObject({ side: -1, low: null, high: null, pValue: 1 });
  });

  it("is a chance or nothing with two to four instances, whatever these answer", () => {
    const answers = (instances: number, bits: number): RateSample[] =>
      [0, 1].map((rate) => ({
        rate,
        planned: 2,
        rollouts: Array.from({ length: instances }, (_, index) => ({
          instance: String(index),
          answers: [null, ((bits >> (2 * index + rate)) & 1) === 1],
          shown: [null, rate],
        })),
      }));
    let told = 0;
    for (const instances of [2, 3, 4])
      for (let one = 0; one < 4 ** instances; one += instances - 1)
        for (let other = 0; other < 4 ** instances; other += 2 * instances - 3) {
          const found = conditioningDifference(answers(instances, one), answers(instances, other));
          if (found === null) continue;
          told++;
          expect(found.pValue).toBeGreaterThanOrEqual(0);
          expect(found.pValue).toBeLessThanOrEqual(1);
          expect([found.low, found.high].every((end) => end === null || Number.isFinite(end))).toBe(true);
        }
    expect(told).toBeGreaterThan(100);
  });

  it("has no size where one model's right and wrong turns are parted, and is told by the test alone", () => {
    const found = conditioningDifference(sampled({ 0: 10, 1: 0 }), sampled({ 0: 8, 1: 7 }));
    expect(found).toMatchObject({ side: -1, difference: null, low: null, high: null });
    expect(found?.pValue).toBeLessThan(0.05);
  });
});
