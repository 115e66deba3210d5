import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isBeaten, memoryMargin, speedMargin } from "../../src/figures/beaten.ts";
import { madeSettings } from "../report/runs.ts";
import { type MadeGroup, madeGroup } from "../report/page/made-groups.ts";

const far = { turns: 40, low: 30, high: 50, lastTurn: 60 };
const near = { turns: 10, low: 5, high: 20, lastTurn: 60 };

/** Whether A beats B, where it is shown to be ahead of it. */
function beating(a: Omit<MadeGroup, "label">, b: Omit<MadeGroup, "label">, isShown = true): boolean {
  const [one, other] = [madeGroup({ label: "A", ...a }), madeGroup({ label: "B", ...b })];
  expect(isBeaten(one, other, isShown)).toBe(false);
  return isBeaten(other, one, isShown);
}

describe("a beaten row", () => {
  it("is said of a row that gets less far and is slower, both beyond doubt", () => {
    expect(beating({ half: far, rate: 200 }, { half: near })).toBe(true);
    const early = { turns: null, low: null, high: null, lastTurn: 20 };
    expect(beating({ half: early, rate: 200 }, { half: near })).toBe(true);
  });

  it("takes more than a small difference in speed", () => {
    expect(beating({ half: far, rate: 100.05 }, { half: near })).toBe(false);
    expect(beating({ half: far, rate: 105 }, { half: near })).toBe(false);
    expect(beating({ half: far, rate: 100 * (1 + speedMargin) + 0.01 }, { half: near })).toBe(true);
    expect(beating({ half: far, rate: null }, { half: near })).toBe(false);
    expect(beating({ half: far, rate: 200 }, { half: near, rate: null })).toBe(false);
  });

  it("takes speeds that lie farther apart than a busy machine makes them", () => {
    const timed = (label: string, half: object, rate: number, low: number | null, high: number | null) => {
      const group = madeGroup({ label, half, rate });
      const aggregate = { ...group.speed.aggregate, decodeInterval: { low, high } };
      return { ...group, speed: { ...group.speed, aggregate } };
    };
    const fast = timed("A", far, 200, 150, 260);
    expect(isBeaten(timed("B", near, 100, 90, 149), fast, true)).toBe(true);
    expect(isBeaten(timed("B", near, 100, 90, 151), fast, true)).toBe(false);
    // Nobody knows how far that reaches.
    expect(isBeaten(timed("B", near, 100, null, null), fast, true)).toBe(false);
  });

  it("takes intervals of H50 that lie apart, and a difference that is shown", () => {
    expect(beating({ half: { ...far, low: 20 }, rate: 200 }, { half: near })).toBe(false);
    expect(beating({ half: { ...far, low: 21 }, rate: 200 }, { half: near })).toBe(true);
    expect(beating({ half: far, rate: 200 }, { half: near }, false)).toBe(false);
  });

  it.each([
    ["never slipped within its turns", { turns: null, low: null, high: null, lastTurn: 20 }],
    ["may lie beyond its turns", { turns: 18, low: 12, high: null, lastTurn: 20 }],
    ["was lost to cuts", { turns: 9, low: 5, high: 12, lastTurn: 20, status: "unknown" as const }],
    ["is unknown", { turns: null, low: null, high: null, lastTurn: 0, status: "unknown" as const }],
  ])("is never said where the horizon %s", (_, half) => {
    expect(beating({ half: { turns: 26, low: 22, high: 30 }, rate: 200 }, { half })).toBe(false);
  });

  it("beats nobody with an open horizon beyond fewer turns than the other's interval", () => {
    const short = { turns: null, low: null, high: null, lastTurn: 19 };
    expect(beating({ half: short, rate: 200 }, { half: near })).toBe(false);
  });

  it("sets nothing against what was asked or timed differently", () => {
    const keys = { settings: madeSettings({ keysPerTurn: 12 }) };
    expect(beating({ half: far, rate: 200, run: keys }, { half: near })).toBe(false);
    expect(beating({ half: far, rate: 200, run: { backendUsed: "cuda" } }, { half: near })).toBe(false);
    const fixed = { threads: 8, settings: madeSettings({ threads: 8 }) };
    expect(beating({ half: far, rate: 200, run: fixed }, { half: near })).toBe(false);
    const longer = { settings: madeSettings({ turns: 13 }) };
    expect(beating({ half: far, rate: 200, run: longer }, { half: near })).toBe(false);
    // Left to the program in both: what it chose is what the model gets.
    expect(beating({ half: far, rate: 200, run: { threads: 1 } }, { half: near })).toBe(true);
  });

  it("says nothing of the speed of rows that lost turns: fewer conversations make another rate", () => {
    expect(beating({ half: far, rate: 200 }, { half: near, played: 11 })).toBe(false);
    expect(beating({ half: far, rate: 200, played: 11 }, { half: near })).toBe(false);
  });

  it("takes no less memory: a process holds a little more or less each time", () => {
    const holding = (peakRssBytes: number | null, vramBytes: number | null = null) => ({
      run: { peakRssBytes, vramBytes },
    });
    const beats = (one: object, other: object): boolean =>
      beating({ half: far, rate: 200, ...one }, { half: near, ...other });
    expect(beats(holding(1e9), holding(2e9))).toBe(true);
    expect(beats(holding(1e9 * (1 + memoryMargin)), holding(1e9))).toBe(true);
    expect(beats(holding(1.06e9), holding(1e9))).toBe(false);
    expect(beats(holding(1e9, 5e9), holding(2e9, null))).toBe(false);
    expect(beats(holding(null), holding(2e9))).toBe(false);
    expect(beats(holding(null), holding(null))).toBe(true);
  });

  it("has a margin of speed that runs of one file exceed in less than one pair of twenty", () => {
    const measured = JSON.parse(
      readFileSync(new URL("../../bench/speed/results/pairs.json", import.meta.url), "utf8"),
    ) as { rows: { ours: { decode: number }[]; theirs: { decode: number }[] }[] };
    const ratios = measured.rows
      .flatMap(({ ours, theirs }) => [ours, theirs])
      .flatMap((runs) =>
        runs.flatMap(({ decode: one }, at) => runs.slice(at + 1).map(({ decode }) => one / decode)),
      );
    const apart = ratios.filter((ratio) => Math.max(ratio, 1 / ratio) >= 1 + speedMargin);
    expect(ratios).toHaveLength(540);
    expect(apart.length / ratios.length).toBeLessThan(0.05);
  });
});
