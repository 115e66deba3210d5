import { describe, expect, it } from "vitest";
import { compareHorizons } from "../../src/metrics/horizon-ratio.ts";
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
    const found = compareHorizons(far, near, 0.5, 20, 1);
    expect(found.ratio).toBeNull();
    expect(found.low).toBeGreaterThan(1);
    expect(found).toEqual(
      compareHorizons(
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
    const plain = compareHorizons(sample(whole, "f"), near, 0.5, 100, 1);
    const cut = compareHorizons(sample([...whole, ...times(12, cutAt)], "f"), near, 0.5, 100, 1);
    expect(cut.low).toBeLessThan((plain.low ?? 0) - 0.1);
    expect(cut.high).toBeGreaterThan(plain.high ?? 0);
    expect(cut.low).toBeLessThan(cut.ratio ?? 0);
  });
});
