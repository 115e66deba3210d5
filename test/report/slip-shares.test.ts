import { describe, expect, it } from "vitest";
import { slipShares } from "../../src/report/slips/slip-shares.ts";
import {
  type Fault,
  fromExamples,
  madeSlips,
  meaningless,
  mixed,
  otherKey,
  repeated,
  valueOnly,
} from "./slip-worlds.ts";

const upTo = (most: number): number[] => Array.from({ length: most }, (_, index) => index + 1);

function sharesOf(seed: number, fault: Fault, rollouts = 60, settings = {}) {
  const slips = madeSlips(seed, rollouts, fault, settings);
  return slipShares([{ slips, all: slips.length, valueMax: 99 }]);
}

describe("errors without meaning", () => {
  it.each([
    ["by 1 to 20", upTo(20), {}],
    ["by 1 to 198", upTo(198), {}],
    ["by 1", [1], {}],
    ["by 1 or 10, three keys a turn", [1, 10], { keysPerTurn: 3 }],
    ["by 1 to 20, one dictionary for all", upTo(20), { sharedDictionary: true }],
  ])("%s fit causes as often as chance says, and no cause is claimed", (_, sizes, settings) => {
    let slips = 0;
    const totals = new Map<string, { correct: number; expected: number }>();
    for (let seed = 1; seed <= 20; seed++) {
      const found = sharesOf(seed, meaningless(sizes), 30, settings);
      slips += found.slips;
      for (const { kind, correct, chance, isAboveChance } of found.kinds) {
        expect(isAboveChance, `${kind}, seed ${seed}`).toBe(false);
        const { correct: before, expected } = totals.get(kind) ?? { correct: 0, expected: 0 };
        totals.set(kind, { correct: before + correct, expected: expected + chance * found.slips });
      }
    }
    for (const [kind, { correct, expected }] of totals) {
      const deviation = Math.sqrt(expected * (1 - expected / slips));
      expect(Math.abs(correct - expected), kind).toBeLessThan(4 * deviation + 2);
    }
  });

  it("are found to have no cause, in words", () => {
    expect(sharesOf(1, meaningless(upTo(20))).findings).toEqual([
      "No cause is shown: none fits more of the wrong numbers than errors without meaning, of the same sizes, would by chance.",
    ]);
  });

  it("of a few rollouts show nothing, whatever they fit", () => {
    for (let seed = 1; seed <= 20; seed++)
      expect(sharesOf(seed, otherKey, 4).kinds.filter(({ isAboveChance }) => isAboveChance)).toEqual([]);
  });
});

describe("errors with a meaning", () => {
  const some = meaningless(upTo(20));

  it.each([
    ["other_key", "fit only another key's value", mixed([[0.37, otherKey]], some)],
    ["value_only", "fit only the turn's value without the total", mixed([[0.3, valueOnly]], some)],
    ["repeated_answer", "fit only the last number again", mixed([[0.3, repeated]], some)],
    ["example_total", "on the worked examples' last total", mixed([[0.3, fromExamples]], some)],
  ] as const)("of the kind %s are claimed, and nothing else", (kind, words, fault) => {
    for (const seed of [1, 2, 3]) {
      const { kinds, findings } = sharesOf(seed, fault);
      expect(kinds.filter(({ isAboveChance }) => isAboveChance).map((one) => one.kind)).toEqual([kind]);
      expect(findings).toHaveLength(1);
      expect(findings[0]).toContain(words);
    }
  });

  it("of a tenth by 10 exactly are carries, where other sizes are no such thing", () => {
    const { kinds } = sharesOf(1, mixed([[0.5, meaningless([100])]], meaningless(upTo(198))), 100);
    expect(kinds.find(({ kind }) => kind === "digit_slip")?.correct).toBeGreaterThan(100);
  });

  it("say how many were looked at, where not all were", () => {
    const slips = madeSlips(1, 20, otherKey);
    const { findings, all } = slipShares([{ slips, all: 7_312, valueMax: 99 }]);
    expect(all).toBe(7_312);
    expect(findings.at(-1)).toBe(`Causes are those of the first ${slips.length} of 7,312 wrong numbers.`);
  });

  it("stand nearer to the asked key, where the model looks beside it", () => {
    const beside: Fault = ({ dictionary, keys, expected }, random) => {
      const at = dictionary.findIndex(({ key }) => key === keys[0]);
      const taken =
        dictionary[at === 0 ? 1 : at - 1 + (random.below(2) === 0 && at + 1 < dictionary.length ? 2 : 0)];
      return expected - (dictionary[at]?.value ?? 0) + (taken?.value ?? 0);
    };
    const { lookUps } = sharesOf(1, beside);
    expect(lookUps?.adjacent.low).toBeGreaterThan(0.9);
    expect(lookUps?.adjacentChance).toBeLessThan(0.15);
    const chance = sharesOf(1, otherKey).lookUps;
    expect(chance?.adjacent.low).toBeLessThan(chance?.adjacentChance ?? 0);
    expect(chance?.adjacent.high).toBeGreaterThan(chance?.adjacentChance ?? 1);
  });
});
