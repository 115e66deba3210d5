import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { beatenBy, speedMargin } from "../../../src/report/page/beaten.ts";
import { madeSettings } from "../runs.ts";
import { type MadeGroup, madeGroup, madePair } from "./made-groups.ts";

const far = { turns: 40, low: 30, high: 50, lastTurn: 60 };
const near = { turns: 10, low: 5, high: 20, lastTurn: 60 };

/** Who beats B, where A is shown to be ahead of it. */
function beating(a: Omit<MadeGroup, "label">, b: Omit<MadeGroup, "label">, isShown = true): string[] {
  const groups = [madeGroup({ label: "A", ...a }), madeGroup({ label: "B", ...b })];
  const [forA = [], forB = []] = beatenBy(groups, [madePair("A", "B", { isShown })]);
  expect(forA).toEqual([]);
  return forB;
}

describe("beatenBy", () => {
  it("is said of a row that gets less far and is slower, both beyond doubt", () => {
    expect(beating({ half: far, rate: 200 }, { half: near })).toEqual(["A"]);
    const early = { turns: null, low: null, high: null, lastTurn: 20 };
    expect(beating({ half: early, rate: 200 }, { half: near })).toEqual(["A"]);
  });

  it("takes more than a small difference in speed", () => {
    expect(beating({ half: far, rate: 100.05 }, { half: near })).toEqual([]);
    expect(beating({ half: far, rate: 105 }, { half: near })).toEqual([]);
    expect(beating({ half: far, rate: 100 * (1 + speedMargin) + 0.01 }, { half: near })).toEqual(["A"]);
    expect(beating({ half: far, rate: null }, { half: near })).toEqual([]);
    expect(beating({ half: far, rate: 200 }, { half: near, rate: null })).toEqual([]);
  });

  it("takes intervals of H50 that lie apart, and a difference that is shown", () => {
    expect(beating({ half: { ...far, low: 20 }, rate: 200 }, { half: near })).toEqual([]);
    expect(beating({ half: { ...far, low: 21 }, rate: 200 }, { half: near })).toEqual(["A"]);
    expect(beating({ half: far, rate: 200 }, { half: near }, false)).toEqual([]);
  });

  it.each([
    ["never slipped within its turns", { turns: null, low: null, high: null, lastTurn: 20 }],
    ["may lie beyond its turns", { turns: 18, low: 12, high: null, lastTurn: 20 }],
    ["was lost to cuts", { turns: 9, low: 5, high: 12, lastTurn: 20, status: "unknown" as const }],
    ["is unknown", { turns: null, low: null, high: null, lastTurn: 0, status: "unknown" as const }],
  ])("is never said where the horizon %s", (_, half) => {
    expect(beating({ half: { turns: 26, low: 22, high: 30 }, rate: 200 }, { half })).toEqual([]);
  });

  it("beats nobody with an open horizon beyond fewer turns than the other's interval", () => {
    const short = { turns: null, low: null, high: null, lastTurn: 19 };
    expect(beating({ half: short, rate: 200 }, { half: near })).toEqual([]);
  });

  it("sets nothing against what was asked or timed differently", () => {
    const keys = { settings: madeSettings({ keysPerTurn: 12 }) };
    expect(beating({ half: far, rate: 200, run: keys }, { half: near })).toEqual([]);
    expect(beating({ half: far, rate: 200, run: { backendUsed: "cuda" } }, { half: near })).toEqual([]);
    const fixed = { threads: 8, settings: madeSettings({ threads: 8 }) };
    expect(beating({ half: far, rate: 200, run: fixed }, { half: near })).toEqual([]);
    const longer = { settings: madeSettings({ turns: 13 }) };
    expect(beating({ half: far, rate: 200, run: longer }, { half: near })).toEqual([]);
    // Left to the program in both: what it chose is what the model gets.
    expect(beating({ half: far, rate: 200, run: { threads: 1 } }, { half: near })).toEqual(["A"]);
  });

  it("says nothing of the speed of rows that lost turns: fewer conversations make another rate", () => {
    expect(beating({ half: far, rate: 200 }, { half: near, played: 11 })).toEqual([]);
    expect(beating({ half: far, rate: 200, played: 11 }, { half: near })).toEqual([]);
  });

  it("has a margin of speed that runs of one file exceed in less than one pair of twenty", () => {
    const measured = JSON.parse(
      readFileSync(new URL("../../../bench/speed/results/pairs.json", import.meta.url), "utf8"),
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
