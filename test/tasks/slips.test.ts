import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tasks } from "../../src/tasks/index.ts";
import { createInstance } from "../../src/tasks/instance.ts";
import { chanceVerdicts, type Slip, slipCauses, type SlipKind, slipVerdict } from "../../src/tasks/slips.ts";
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
          if (slipVerdict(slip, causes) === kind) alone++;
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
      shown: [120],
      expected: 125,
      truth: 125,
      answer: 128,
    };
    expect(slipVerdict(slip)).toBe("digit_slip");
    expect(slipVerdict({ ...slip, answer: 225 })).toBe("digit_slip");
    expect(slipVerdict({ ...slip, answer: 25 })).toBe("digit_slip");
    expect(slipVerdict({ ...slip, answer: 148 })).toBe("unknown");
    // 120 + 40: the other key's value, although it is also something else.
    expect(slipVerdict({ ...slip, answer: 160 })).toBe("other_key");
  });

  it("that returns to the truth from a wrong total is a repair, not a slip", () => {
    const slip = planted(1, 1, ({ truth }) => truth);
    expect(slipVerdict({ ...slip, expected: slip.truth + 6, state: slip.state + 6 })).toBe("repair");
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
      shown: [100],
      expected: 105,
      truth: 105,
      answer: 110,
    };
    // Twice 5, and 10 instead of 5.
    expect(slipVerdict(slip)).toBe("ambiguous");
  });
});

describe("chance", () => {
  it("adds up to 1, and explains few errors at the default settings", () => {
    const shares = chanceVerdicts(
      planted(7, 1, ({ expected }) => expected + 1),
      99,
    );
    const sum = [...shares.values()].reduce((total, share) => total + share, 0);
    expect(sum).toBeCloseTo(1, 9);
    expect(shares.get("unknown")).toBeGreaterThan(0.7);
    // At most 19 other values of 396 errors.
    expect(shares.get("other_key")).toBeLessThanOrEqual(19 / 396);
  });
});
