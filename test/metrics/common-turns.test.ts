import { describe, expect, it } from "vitest";
import { commonTurns } from "../../src/metrics/common-turns.ts";
import type { RolloutSurvival } from "../../src/metrics/survival.ts";

const rollout = (
  lastTurn: number,
  firstErrorTurn: number | null = null,
  cut: RolloutSurvival["cut"] = null,
): RolloutSurvival => ({ lastTurn, firstErrorTurn, cut });

describe("commonTurns", () => {
  const whole = [rollout(100), rollout(100, 7)];

  it("is where the run of either was stopped", () => {
    const stopped = [rollout(30), rollout(29), rollout(30, 4)];
    expect(commonTurns(whole, stopped, 100)).toBe(30);
    expect(commonTurns(stopped, whole, 100)).toBe(30);
    expect(commonTurns(whole, [...stopped, rollout(12, null, "fault")], 100)).toBe(30);
  });

  it("is all turns where rollouts ended by their errors, or by cuts of their own", () => {
    expect(commonTurns(whole, [rollout(9, 9), rollout(20, 20)], 100)).toBe(100);
    expect(commonTurns(whole, [rollout(9, 9), rollout(60, null, "fault")], 100)).toBe(100);
  });

  it("is where contexts were full together", () => {
    const full = [rollout(51, null, "context_full"), rollout(50, null, "context_full"), rollout(9, 9)];
    expect(commonTurns(whole, full, 100)).toBe(50);
  });

  it("is no more than was planned, and that where nothing was done", () => {
    expect(commonTurns(whole, whole, 40)).toBe(40);
    expect(commonTurns([], whole, 100)).toBe(100);
    expect(commonTurns([rollout(0)], whole, 100)).toBe(100);
  });
});
