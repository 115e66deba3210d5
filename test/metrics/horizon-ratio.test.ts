import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { horizonRatio } from "../../src/metrics/horizon-ratio.ts";
import type { PlayedRollout, RolloutSurvival } from "../../src/metrics/played-rollout.ts";
import { erredAt, finished } from "./rollouts.ts";

function sample(rollouts: readonly RolloutSurvival[], name = "i"): PlayedRollout[] {
  return rollouts.map((rollout, index) => ({ ...rollout, instance: `${name}${index}` }));
}

function times(count: number, make: (index: number) => RolloutSurvival): RolloutSurvival[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

describe("the ratio of horizons", () => {
  const near = sample(times(30, (index) => erredAt(5 + (index % 10), 100)));

  it("counts nothing behind the turns compared: what is reached later is beyond them", () => {
    const far = sample(
      times(30, (index) => erredAt(40 + (index % 10), 100)),
      "f",
    );
    const found = horizonRatio(far, near, 0.5, 20, 1);
    expect(found.ratio).toBeNull();
    expect(found.low).toBeGreaterThan(1);
    expect(found).toEqual(
      horizonRatio(
        sample(
          times(30, () => finished(20)),
          "f",
        ),
        near,
        0.5,
        20,
        1,
      ),
    );
  });

  it("holds both worst cases of rollouts that were cut", () => {
    const cutAt = (index: number): RolloutSurvival => ({
      lastTurn: 10,
      firstErrorTurn: null,
      cut: index % 2 === 0 ? "fault" : "context_full",
    });
    const whole = times(30, (index) => erredAt(20 + (index % 10), 100));
    const plain = horizonRatio(sample(whole, "f"), near, 0.5, 100, 1);
    const cut = horizonRatio(sample([...whole, ...times(12, cutAt)], "f"), near, 0.5, 100, 1);
    expect(cut.low).toBeLessThan((plain.low ?? 0) - 0.1);
    expect(cut.high).toBeGreaterThan(plain.high ?? 0);
    expect(cut.low).toBeLessThan(cut.ratio ?? 0);
  });

  it("says nothing from below where the second sample's horizon lies beyond the turns in many draws", () => {
    const seldom = sample(times(30, (index) => (index < 16 ? erredAt(10, 20) : finished(20))));
    const far = sample(times(30, (index) => (index < 20 ? erredAt(15, 20) : finished(20))));
    const found = horizonRatio(far, seldom, 0.5, 20, 1);
    expect(found.ratio).toBe(1.5);
    expect(found.low).toBeNull();
    expect(horizonRatio(seldom, far, 0.5, 20, 1).high).toBeNull();
  });

  const rollout = fc.record({
    errorTurn: fc.option(fc.integer({ min: 1, max: 12 })),
    last: fc.integer({ min: 1, max: 12 }),
  });
  const drawn = fc.array(rollout, { minLength: 1, maxLength: 12 });

  it("is the reciprocal with the samples exchanged, paired or not, in any order of rollouts", () => {
    fc.assert(
      fc.property(
        drawn,
        drawn,
        fc.boolean(),
        fc.integer({ min: 1, max: 99 }),
        (one, other, isPaired, seed) => {
          const made = ({ errorTurn, last }: (typeof one)[number]): RolloutSurvival =>
            errorTurn === null
              ? { lastTurn: last, firstErrorTurn: null }
              : erredAt(errorTurn, Math.max(errorTurn, last));
          const first = sample(one.map(made));
          const second = sample(other.map(made), isPaired ? "i" : "o");
          const forth = horizonRatio(first, second, 0.5, 12, seed, 60);
          const back = horizonRatio(second.toReversed(), first.toReversed(), 0.5, 12, seed, 60);
          const reciprocal = (value: number | null): number | null => (value === null ? null : 1 / value);
          for (const [found, wanted] of [
            [back.ratio, reciprocal(forth.ratio)],
            [back.low, reciprocal(forth.high)],
            [back.high, reciprocal(forth.low)],
          ] as const) {
            expect(found === null).toBe(wanted === null);
            expect(found ?? 1).toBeCloseTo(wanted ?? 1, 9);
          }
        },
      ),
    );
  });
});
