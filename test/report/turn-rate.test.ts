import { describe, expect, it } from "vitest";
import { engineMs, turnsPerSecond } from "../../src/figures/turn-rate.ts";
import { madeRollouts, madeRows, madeRun } from "./runs.ts";

// 24 turns, and 112 ms of batches.
const rows = madeRows(madeRun(), madeRollouts([], 2));

describe("turns a second", () => {
  it("are told by the time that turns were under way, with batches and without, so that two engines have one clock", () => {
    const underWayMs = 6_000;
    expect(turnsPerSecond([{ ...rows, underWayMs }])).toBe(4);
    expect(turnsPerSecond([{ ...rows, underWayMs, batches: [] }])).toBe(4);
  });

  it("are unknown where the time of any run is", () => {
    expect(turnsPerSecond([{ ...rows, underWayMs: 6_000 }, rows])).toBeNull();
  });
});

describe("the engine's time", () => {
  it("is that of its batches, and without any that of turns", () => {
    expect(engineMs([{ ...rows, underWayMs: 6_000 }])).toBe(112);
    expect(engineMs([{ ...rows, underWayMs: 6_000, batches: [] }])).toBe(6_000);
    expect(engineMs([{ ...rows, batches: [] }])).toBe(0);
  });
});
