import { describe, expect, it } from "vitest";
import { armFacts } from "../../src/reading/arm-facts.ts";
import { capacitiesOf } from "../../src/report/suite/capacities.ts";
import type { MeasuredArm } from "../../src/report/suite/measured-arm.ts";
import { capacitySentence } from "../../src/report/sentences/capacity.ts";
import { type MadeRollout, madeRows, madeRun, madeSettings } from "./runs.ts";

interface MadeArm {
  readonly arm: string;
  readonly keys: number;
  readonly n: number;
  readonly right: number;
  readonly settings?: Parameters<typeof madeSettings>[0];
}

let nextId = 1;

/** An arm as far as capacities read it. */
function madeArm({ arm, keys, n, right, settings = {} }: MadeArm): MeasuredArm {
  const rollouts = Array.from(
    { length: n },
    (_, index): MadeRollout => ({
      errorTurn: index < right ? null : 1,
      lastTurn: 1,
    }),
  );
  const asked = madeSettings({ turns: 1, keysPerTurn: keys, ...settings });
  const run = madeRun({ id: nextId++, settings: asked });
  const made = {
    within: armFacts("capacity", arm, {}),
    model: "tiny",
    runs: [run],
    rows: [madeRows(run, rollouts)],
  };
  return made as unknown as MeasuredArm;
}

const sizes: readonly MadeArm[] = [
  { arm: "direct K=1, search", keys: 1, n: 20, right: 20 },
  { arm: "direct K=2, search", keys: 2, n: 20, right: 19 },
  { arm: "direct K=4, search", keys: 4, n: 20, right: 9 },
  { arm: "direct K=3, search", keys: 3, n: 20, right: 17 },
  { arm: "direct K=2", keys: 2, n: 100, right: 95 },
  { arm: "direct K=3", keys: 3, n: 100, right: 70 },
  { arm: "direct K=4", keys: 4, n: 100, right: 56 },
];
const half = { asked: { capacityThreshold: 0.5 } };

describe("capacities of an experiment", () => {
  it("are read by the threshold that was asked for, 80 % where none stands", () => {
    expect(capacitiesOf(sizes.map(madeArm))).toMatchObject([
      { keys: 2, threshold: 0.8, searched: 3, setting: null },
    ]);
    expect(capacitiesOf(sizes.map((one) => madeArm({ ...one, settings: half })))).toMatchObject([
      { keys: 4, threshold: 0.5, searched: 3, setting: null },
    ]);
  });

  it("of two thresholds are two, each from all that was measured", () => {
    const both = [
      ...sizes.slice(0, 5).map(madeArm),
      ...sizes.slice(5).map((one) => madeArm({ ...one, settings: half })),
    ];
    expect(capacitiesOf(both)).toMatchObject([
      { keys: 2, threshold: 0.8 },
      { keys: 4, threshold: 0.5 },
    ]);
  });

  it("of two settings are two, whatever their arms are called", () => {
    const small = { dictionarySize: 5 };
    const other = sizes.map((one) =>
      madeArm({ ...one, right: one.keys < 4 ? one.n : one.right, settings: small }),
    );
    const found = capacitiesOf([...sizes.map(madeArm), ...other]);
    expect(found.map(({ setting, keys }) => [setting, keys])).toEqual([
      ["dictionarySize 20", 2],
      ["dictionarySize 5", 3],
    ]);
    const named = [
      ...sizes.map((one) => madeArm({ ...one, arm: `${one.arm}, plain` })),
      ...sizes.map((one) => madeArm({ ...one, arm: `${one.arm}, small`, settings: small })),
    ];
    expect(capacitiesOf(named).map(({ setting }) => setting)).toEqual(["plain", "small"]);
    // One setting under two names is one.
    const same = [
      ...sizes.map((one) => madeArm({ ...one, arm: `${one.arm}, once` })),
      ...sizes.map((one) => madeArm({ ...one, arm: `${one.arm}, again` })),
    ];
    expect(capacitiesOf(same)).toMatchObject([{ setting: null, keys: 2 }]);
  });

  it("count an instance once, of a run that stands for several arms and of one that repeats another", () => {
    const made = sizes.map(madeArm);
    const standing = made.map((arm) => ({ ...arm, within: { ...arm.within, setting: "again" } }));
    for (const others of [standing, sizes.map(madeArm)])
      expect(capacitiesOf([...made, ...others])).toEqual(capacitiesOf(made));
  });

  it("are none of what is left of a setting whose beginning was measured anew under another", () => {
    const left = madeArm({ arm: "direct K=4, search", keys: 4, n: 20, right: 3, settings: { valueMax: 9 } });
    expect(capacitiesOf([...sizes.map(madeArm), left])).toHaveLength(1);
  });
});

describe("the sentence on a capacity", () => {
  const [found] = capacitiesOf(sizes.map(madeArm));
  const figures = {
    ...found,
    model: "tiny",
    mode: "direct",
    setting: null,
    low: 2,
    high: 2,
    keys: 2,
    threshold: 0.8,
  };
  const made = { ...figures, searched: 3, sizes: found?.sizes ?? [] };

  it("names the size, the share and the interval", () => {
    expect(capacitySentence(made)).toBe(
      "tiny, direct: 2 keys in a turn are right in at least 80 % (95 % 2 to 2; the search alone says 3).",
    );
    expect(capacitySentence({ ...made, keys: 1, low: 0, threshold: 0.55, setting: "few words" })).toBe(
      "tiny, direct, few words: no size is shown to be right in 55 %: the estimate is 1 key in a turn (95 % 0 to 2; the search alone says 3).",
    );
  });

  it("says at least where the largest that was asked passes", () => {
    expect(capacitySentence({ ...made, keys: 4, high: 4 })).toBe(
      "tiny, direct: at least 4 keys in a turn are right in at least 80 %, and more were not asked (95 % 2 to at least 4; the search alone says 3).",
    );
  });

  it("says that nothing passes only where the interval says it", () => {
    const low = [{ keys: 1, n: 20, correct: 3 }];
    expect(capacitySentence({ ...made, keys: 0, low: 0, high: 0, searched: 0, sizes: low })).toBe(
      "tiny, direct: not even 1 key in a turn is right in 80 % (3 of 20; the search alone says 0).",
    );
    const near = [
      { keys: 1, n: 20, correct: 15 },
      { keys: 2, n: 20, correct: 9 },
    ];
    expect(capacitySentence({ ...made, keys: 0, low: 0, high: 1, searched: 0, sizes: near })).toBe(
      "tiny, direct: no size is shown to be right in 80 %: 1 key in a turn is in 15 of 20 (95 % 0 to 1; the search alone says 0).",
    );
  });
});
