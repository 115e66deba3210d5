import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tasks } from "../../src/tasks/index.ts";
import { createInstance } from "../../src/tasks/instance.ts";
import { type Slip, slipCauses, slipChances, type SlipKind, explainSlip } from "../../src/tasks/slips.ts";
import { taskSettings } from "./builders.ts";

/** Turn 12 of a drawn instance, the model right so far; the answer is planted. */
function planted(seed: number, keysPerTurn: number, answerOf: (slip: Slip) => number): Slip {
  const settings = taskSettings({ turns: 12, keysPerTurn });
  const { dictionary, turns } = createInstance(tasks["dict-sum"], settings, seed, 0);
  const [asked, ...before] = turns.toReversed();
  const slip: Slip = {
    stateful: true,
    dictionary,
    keys: asked?.keys ?? [],
    state: before[0]?.truth ?? 0,
    exampleTotal: 23,
    shown: before.map(({ truth }) => truth),
    expected: asked?.truth ?? 0,
    truth: asked?.truth ?? 0,
    answer: 0,
  };
  return { ...slip, answer: answerOf(slip) };
}

const valueOf = ({ dictionary }: Slip, key: string | undefined) =>
  dictionary.find((entry) => entry.key === key)?.value ?? 0;

/** How each fault changes the right answer of a turn with two keys (or one). */
const faults: Readonly<
  Record<Exclude<SlipKind, "digit_slip">, { keys: number; answer: (slip: Slip) => number }>
> = {
  other_key: {
    keys: 2,
    answer: (slip) => {
      const taken = slip.dictionary.find(({ key }) => !slip.keys.includes(key));
      return slip.expected - valueOf(slip, slip.keys[0]) + (taken?.value ?? 0);
    },
  },
  key_dropped: { keys: 2, answer: (slip) => slip.expected - valueOf(slip, slip.keys[0]) },
  key_doubled: { keys: 2, answer: (slip) => slip.expected + valueOf(slip, slip.keys[1]) },
  sign_flipped: { keys: 2, answer: (slip) => slip.expected - 2 * valueOf(slip, slip.keys[0]) },
  answer_negated: { keys: 1, answer: (slip) => -slip.expected },
  stale_state: { keys: 1, answer: (slip) => slip.expected - slip.state + (slip.shown[2] ?? 0) },
  repeated_answer: { keys: 1, answer: (slip) => slip.state },
  value_only: { keys: 1, answer: (slip) => slip.expected - slip.state },
  example_total: { keys: 1, answer: (slip) => slip.expected - slip.state + (slip.exampleTotal ?? 0) },
};

describe("a planted fault", () => {
  it.each(Object.entries(faults))(
    "of the kind %s is among the causes found, and mostly the only one",
    (kind, fault) => {
      let alone = 0;
      let all = 0;
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 100_000 }), (seed) => {
          const slip = planted(seed, fault.keys, fault.answer);
          if (slip.answer === slip.expected) return;
          const causes = slipCauses(slip);
          expect(causes.map((cause) => cause.kind)).toContain(kind);
          all++;
          if (explainSlip(slip, causes) === kind) alone++;
        }),
        { numRuns: 200, seed: 1 },
      );
      expect(alone / all).toBeGreaterThan(0.75);
    },
  );

  it("names the key whose value was taken, how far away it stands, and the letters both begin with", () => {
    const slip: Slip = {
      stateful: true,
      dictionary: [
        { key: "early", value: -12 },
        { key: "eagle", value: 30 },
        { key: "stone", value: 7 },
      ],
      keys: ["early"],
      state: 100,
      exampleTotal: null,
      shown: [100, 50],
      expected: 88,
      truth: 88,
      answer: 130,
    };
    expect(slipCauses(slip)).toEqual([
      { kind: "other_key", key: "early", taken: "eagle", distance: 1, sharedPrefix: 2 },
    ]);
  });

  it("of one digit is a digit slip, where nothing else explains it", () => {
    const slip: Slip = {
      stateful: true,
      dictionary: [
        { key: "a", value: 5 },
        { key: "b", value: 40 },
      ],
      keys: ["a"],
      state: 120,
      exampleTotal: null,
      shown: [120],
      expected: 125,
      truth: 125,
      answer: 128,
    };
    expect(explainSlip(slip)).toBe("digit_slip");
    expect(explainSlip({ ...slip, answer: 225 })).toBe("digit_slip");
    expect(explainSlip({ ...slip, answer: 25 })).toBe("digit_slip");
    expect(explainSlip({ ...slip, answer: 148 })).toBe("unknown");
    // 120 + 40: the other key's value, although it is also something else.
    expect(explainSlip({ ...slip, answer: 160 })).toBe("other_key");
  });

  it("that returns to the truth from a wrong total is a repair, not a slip", () => {
    const slip = planted(1, 1, ({ truth }) => truth);
    expect(explainSlip({ ...slip, expected: slip.truth + 6, state: slip.state + 6 })).toBe("repair");
  });

  it("goes on from the examples' total only where they have one, and a total counts at all", () => {
    const slip = planted(3, 1, ({ expected, state }) => expected - state + 23);
    expect(explainSlip(slip)).toBe("example_total");
    const kindsOf = (changed: Partial<Slip>) => slipCauses({ ...slip, ...changed }).map(({ kind }) => kind);
    for (const changed of [{ exampleTotal: null }, { exampleTotal: 24 }, { stateful: false }])
      expect(kindsOf(changed)).not.toContain("example_total");
    // Examples that end with 0 lead to the turn's value alone.
    const forgotten = { answer: slip.expected - slip.state, exampleTotal: 0 };
    expect(kindsOf(forgotten)).toEqual(["value_only"]);
  });

  it("that two kinds explain is ambiguous", () => {
    const slip: Slip = {
      stateful: true,
      dictionary: [
        { key: "a", value: 5 },
        { key: "b", value: 10 },
      ],
      keys: ["a"],
      state: 100,
      exampleTotal: null,
      shown: [100],
      expected: 105,
      truth: 105,
      answer: 110,
    };
    // Twice 5, and 10 instead of 5.
    expect(explainSlip(slip)).toBe("ambiguous");
  });
});

describe("chance", () => {
  const uniform = new Map(Array.from({ length: 198 }, (_, index) => [index + 1, 1]));

  it("adds up to 1, and explains few errors of any size at the default settings", () => {
    const { explanations } = slipChances(
      planted(7, 1, ({ expected }) => expected + 1),
      uniform,
    );
    const sum = [...explanations.values()].reduce((total, share) => total + share, 0);
    expect(sum).toBeCloseTo(1, 9);
    expect(explanations.get("unknown")).toBeGreaterThan(0.7);
    // At most 19 other values of 396 errors.
    expect(explanations.get("other_key")).toBeLessThanOrEqual(19 / 396);
  });

  it("is what going through all errors gives, kind by kind", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: -30, max: 30 }),
        fc.dictionary(fc.integer({ min: 1, max: 250 }).map(String), fc.integer({ min: 1, max: 9 }), {
          minKeys: 1,
        }),
        (seed, keys, astray, weights) => {
          const drawn = planted(seed, keys, () => 0);
          const slip = { ...drawn, truth: drawn.truth + astray };
          const sizes = new Map(Object.entries(weights).map(([size, weight]) => [Number(size), weight]));
          const total = [...sizes.values()].reduce((sum, weight) => sum + weight, 0);
          const { explanations, kinds } = slipChances(slip, sizes);
          const counted = new Map<string, number>();
          for (const [size, weight] of sizes)
            for (const answer of [slip.expected - size, slip.expected + size]) {
              const made = { ...slip, answer };
              const found = new Set(slipCauses(made).map(({ kind }) => kind));
              for (const name of [
                `explanation ${explainSlip(made)}`,
                ...[...found].map((kind) => `kind ${kind}`),
              ])
                counted.set(name, (counted.get(name) ?? 0) + weight / (2 * total));
            }
          const told = [
            ...[...explanations].map(
              ([explanation, share]) => [`explanation ${explanation}`, share] as const,
            ),
            ...[...kinds].map(([kind, share]) => [`kind ${kind}`, share] as const),
          ];
          expect(told.map(([name]) => name).toSorted()).toEqual([...counted.keys()].toSorted());
          for (const [name, share] of told) expect(share).toBeCloseTo(counted.get(name) ?? 0, 9);
        },
      ),
      { numRuns: 200, seed: 1 },
    );
  });

  it("of errors by 1, all a digit off, leaves nothing to be said of them", () => {
    const { explanations } = slipChances(
      planted(3, 1, ({ expected }) => expected + 1),
      new Map([[1, 5]]),
    );
    expect((explanations.get("digit_slip") ?? 0) + (explanations.get("other_key") ?? 0)).toBeGreaterThan(
      0.99,
    );
  });
});
