import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logRankTest } from "../../src/metrics/log-rank.ts";
import { testCurves } from "../../src/metrics/curve-test.ts";
import { fewestEvents } from "../../src/metrics/power.ts";
import type { PlayedRollout } from "../../src/metrics/played-rollout.ts";
import { survivalCurve } from "../../src/metrics/survival.ts";
import { Random } from "../../src/random.ts";

const turns = 40;

function sample(prefix: string, errors: readonly (number | null)[]): PlayedRollout[] {
  return errors.map((firstErrorTurn, index) => ({
    instance: `${prefix}${index}`,
    lastTurn: turns,
    firstErrorTurn,
  }));
}

const someErrors = fc.array(fc.option(fc.integer({ min: 1, max: turns }), { nil: null }), {
  minLength: 1,
  maxLength: 60,
});

/** Rollouts of up to 30 instances each, some common, some stopped or cut, with dictionaries of their own or shared. */
const anyTwoSamples: fc.Arbitrary<[PlayedRollout[], PlayedRollout[]]> = fc
  .constantFrom(null, 1, 3, 8)
  .chain((dictionaries) => {
    const one = fc
      .record({
        place: fc.integer({ min: 0, max: 50 }),
        end: fc.integer({ min: 0, max: turns }),
        isWhole: fc.boolean(),
        error: fc.option(fc.integer({ min: 1, max: turns }), { nil: null }),
        isCut: fc.integer({ min: 0, max: 9 }).map((draw) => draw === 0),
      })
      .map(({ place, end, isWhole, error, isCut }): PlayedRollout => {
        const lastTurn = isWhole ? turns : end;
        return {
          instance: `i${place}`,
          lastTurn,
          firstErrorTurn: error !== null && error <= lastTurn ? error : null,
          cut: isCut ? "fault" : null,
          ...(dictionaries === null ? {} : { dictionary: `d${place % dictionaries}` }),
        };
      });
    const rollouts = fc.uniqueArray(one, {
      minLength: 1,
      maxLength: 30,
      selector: ({ instance }) => instance,
    });
    return fc.tuple(rollouts, rollouts);
  });

describe("testCurves", () => {
  it("has the log-rank numerator where no instance is common, and the log-rank test's p-value of many rollouts", () => {
    fc.assert(
      fc.property(someErrors, someErrors, (left, right) => {
        const [first, second] = [sample("a", left), sample("b", right)];
        const plain = logRankTest(survivalCurve(first, turns).points, survivalCurve(second, turns).points);
        const test = testCurves(first, second, turns);
        expect(test?.test ?? "log-rank").toBe("log-rank");
        if (test !== null && plain !== null)
          expect(test.excess).toBeCloseTo(plain.observed - plain.expected, 9);
      }),
    );
    const random = new Random("many rollouts");
    const errors = (most: number): number[] => Array.from({ length: 300 }, () => 1 + random.below(most));
    const [first, second] = [sample("a", errors(36)), sample("b", errors(33))];
    const plain = logRankTest(survivalCurve(first, turns).points, survivalCurve(second, turns).points);
    const test = testCurves(first, second, turns);
    expect(test?.method).toBe("permutation");
    expect(Math.abs((test?.pValue ?? 0) - (plain?.pValue ?? 1))).toBeLessThan(0.02);
  });

  it("has the log-rank numerator also where instances are paired", () => {
    fc.assert(
      fc.property(
        someErrors,
        fc.array(fc.option(fc.integer({ min: 1, max: turns }), { nil: null }), {
          minLength: 60,
          maxLength: 60,
        }),
        (left, rest) => {
          const right = rest.slice(0, left.length);
          const [first, second] = [sample("i", left), sample("i", right)];
          const plain = logRankTest(survivalCurve(first, turns).points, survivalCurve(second, turns).points);
          const test = testCurves(first, second, turns);
          if (test === null || plain === null) return;
          expect(test.excess).toBeCloseTo(plain.observed - plain.expected, 9);
        },
      ),
    );
  });

  it("is the same to the last bit in any order of rollouts, and mirrored when the samples are swapped", () => {
    fc.assert(
      fc.property(anyTwoSamples, fc.nat(), ([first, second], seed) => {
        const random = new Random("order", seed);
        const test = testCurves(first, second, turns);
        const shuffled = testCurves(
          random.sample(first, first.length),
          random.sample(second, second.length),
          turns,
        );
        expect(shuffled).toEqual(test);
        const mirrored = testCurves(second, first, turns);
        if (test === null || mirrored === null) {
          expect(mirrored).toBe(test);
          return;
        }
        expect(mirrored.pValue).toBe(test.pValue);
        expect(mirrored.excess + test.excess).toBe(0);
        expect((mirrored.z ?? 0) + (test.z ?? 0)).toBe(0);
        const { excess: _, z: __, ...rest } = test;
        expect(mirrored).toMatchObject(rest);
      }),
      { numRuns: 150 },
    );
  });

  it("counts out what swapping a few instances can do: 3 that differ one way of 6 give 2/8", () => {
    const first = sample("i", [null, null, null, 5, 9, null]);
    const second = sample("i", [3, 3, 3, 5, 9, null]);
    const test = testCurves(first, second, turns);
    expect(test?.pValue).toBe(0.25);
    expect(test?.z).toBeNull();
    expect(test?.excess).toBeLessThan(0);
  });

  it("sees nothing between equal rows, and nothing where nobody erred", () => {
    const errors = [1, 4, null, 9];
    expect(testCurves(sample("i", errors), sample("i", errors), turns)).toBeNull();
    expect(testCurves(sample("i", [null, null]), sample("i", [null, null]), turns)).toBeNull();
    expect(testCurves([], sample("i", errors), turns)).toBeNull();
  });

  it("is sharper where both models stumble over the same instances", () => {
    const random = new Random("sharper");
    const hard = Array.from({ length: 60 }, () => 1 + random.below(30));
    const first = sample(
      "i",
      hard.map((turn) => Math.min(turns, turn + 3)),
    );
    const second = sample("i", hard);
    const strangers = second.map((rollout) => ({ ...rollout, instance: `other ${rollout.instance}` }));
    const pairedP = testCurves(first, second, turns)?.pValue ?? 1;
    expect(pairedP).toBeLessThan(0.001);
    expect(testCurves(first, strangers, turns)?.pValue ?? 0).toBeGreaterThan(100 * pairedP);
  });

  it("counts a first error beyond the common turns as none", () => {
    const first = sample("i", [50, 60, 70, null]);
    expect(testCurves(first, sample("i", [null, null, null, null]), turns)).toBeNull();
  });

  it("claims nothing of 2 paired rollouts with a single first error, which is too few whatever p says", () => {
    const test = testCurves(sample("i", [null, null]), sample("i", [3, null]), turns);
    expect(test).toMatchObject({ pValue: 1, events: 1, pairs: 2, method: "exact" });
    expect(test?.events).toBeLessThan(fewestEvents);
  });

  it("counts out 2 rollouts against 100: being the first two to err comes to 2 in 5,151", () => {
    const second = sample(
      "b",
      Array.from({ length: 100 }, (_, index) => 10 + (index % 30)),
    );
    const test = testCurves(sample("a", [1, 2]), second, turns);
    expect(test?.method).toBe("exact");
    expect(test?.pValue).toBeCloseTo(2 / 5151, 12);
    expect(test?.events).toBe(102);
  });

  it("takes pairs and rollouts without a partner together", () => {
    const errors = [3, 4, 5, 6, 7, 8];
    const none = errors.map(() => null);
    const [first, second] = [sample("i", none), sample("i", errors)];
    const more = testCurves([...first, ...sample("a", none)], [...second, ...sample("b", errors)], turns);
    expect(more).toMatchObject({ test: "log-rank, paired", pairs: 6 });
    expect(more?.pValue).toBeLessThan(0.001);
    expect(testCurves(first, second, turns)?.pValue).toBe(2 / 64);
  });

  it("draws more where none comes near and many comparisons ask for it", () => {
    const [first, second] = [
      sample(
        "i",
        Array.from({ length: 60 }, () => null),
      ),
      sample(
        "i",
        Array.from({ length: 60 }, (_, index) => 1 + (index % 20)),
      ),
    ];
    expect(testCurves(first, second, turns)?.pValue).toBe(1 / 20_000);
    const comparisons = 1000;
    const adjusted = (testCurves(first, second, turns, { comparisons })?.pValue ?? 1) * comparisons;
    expect(adjusted).toBeLessThan(0.01);
  });

  it("draws nothing where none could come near, and has what all draws would give; less far out it draws", () => {
    const erred = (pairs: number, comparisons: number) =>
      testCurves(
        sample(
          "a",
          Array.from({ length: pairs }, () => null),
        ),
        sample(
          "a",
          Array.from({ length: pairs }, () => 5),
        ),
        turns,
        { comparisons },
      )?.pValue;
    // All 200 point one way: 2 of 2^200. Of 16 it is 2 of 65,536, which draws have to find.
    expect([erred(200, 1), erred(200, 4950)]).toEqual([1 / 20_000, 1 / 495_001]);
    expect(erred(16, 4950)).toBeGreaterThan(1 / 495_001);
    expect(erred(16, 4950)).toBeCloseTo(2 / 65_536, 4);
    // The same where labels are dealt: all 30 of 60 that are without an error are the first's.
    const dealt = testCurves(sample("a", Array(30).fill(null)), sample("b", Array(30).fill(5)), turns);
    expect(dealt?.pValue).toBe(1 / 20_000);
  });

  it("looks no further than where one of a pair was stopped, and where a whole run was", () => {
    const stopped = (end: number) => ({ lastTurn: end, firstErrorTurn: null });
    const first = sample("i", [null, null, null, null, null, null, null]);
    const second = sample("i", [9, 9, 9, 9, 9, 9, null]);
    expect(testCurves(first, second, turns)?.pValue).toBe(2 / 64);
    const early = first.map((rollout, index) => (index < 6 ? { ...rollout, ...stopped(8) } : rollout));
    expect(testCurves(early, second, turns)).toBeNull();
    const whole = testCurves(
      first.map((rollout) => ({ ...rollout, ...stopped(9) })),
      second,
      turns,
    );
    expect(whole).toMatchObject({ turns: 9, pValue: 2 / 64 });
  });
});

describe("testCurves with cut rollouts", () => {
  const cutAt = (rollout: PlayedRollout, lastTurn: number): PlayedRollout => ({
    ...rollout,
    lastTurn,
    firstErrorTurn: null,
    cut: "fault",
  });
  const strong = sample(
    "a",
    Array.from({ length: 40 }, (_, index) => (index < 5 ? 20 : null)),
  );
  const weak = sample(
    "b",
    Array.from({ length: 40 }, (_, index) => (index < 25 ? 5 + (index % 7) : null)),
  );

  it("stands by a difference that no way to go on could undo, with the larger p", () => {
    const cut = strong.map((rollout, index) => (index >= 38 ? cutAt(rollout, 10) : rollout));
    const whole = testCurves(strong, weak, turns);
    const test = testCurves(cut, weak, turns);
    expect(test).toMatchObject({ cuts: 2, isOpen: false });
    expect(test?.pValue).toBeLessThan(0.01);
    expect(test?.pValue).toBeGreaterThanOrEqual(whole?.pValue ?? 1);
    expect(test?.excess).toBeLessThan(0);
    expect(test?.events).toBe(whole?.events);
  });

  it("leaves open what the cut ones decide", () => {
    const cut = strong.map((rollout, index) => (index >= 10 ? cutAt(rollout, 10) : rollout));
    const test = testCurves(cut, weak, turns);
    expect(test).toMatchObject({ cuts: 30, isOpen: true });
    expect(test?.pValue).toBeGreaterThan(0.05);
  });

  it("counts rollouts that were cut before their first turn was done", () => {
    const first = strong.map((rollout, index) => (index >= 10 ? cutAt(rollout, 0) : rollout));
    expect(testCurves(first, weak, turns)).toMatchObject({ cuts: 30, isOpen: true });
    const neverBegun = first.map((rollout) => ({ ...rollout, cut: null }));
    expect(testCurves(neverBegun, weak, turns)).toMatchObject({ cuts: 0, isOpen: false });
  });

  it("compares up to where a context was full for about all, and calls that no cut", () => {
    const full = strong.map((rollout, index) =>
      rollout.firstErrorTurn === null
        ? { ...rollout, lastTurn: 30 + (index % 2), cut: "context_full" as const }
        : rollout,
    );
    const test = testCurves(full, weak, turns);
    expect(test).toMatchObject({ turns: 30, cuts: 0, isOpen: false });
    expect(test?.pValue).toBeLessThan(0.01);
  });
});

describe("testCurves with shared dictionaries", () => {
  const of = (rollouts: PlayedRollout[], count: number): PlayedRollout[] =>
    rollouts.map((rollout, index) => ({ ...rollout, dictionary: `d${index % count}` }));
  const errors = Array.from({ length: 24 }, (_, index) => 2 + (index % 11));
  const first = sample(
    "i",
    errors.map(() => null),
  );
  const second = sample("i", errors);

  it("speaks of one dictionary, or of a few, only", () => {
    expect(testCurves(of(first, 1), of(second, 1), turns)?.dictionaries).toBe(1);
    expect(testCurves(of(first, 3), of(second, 3), turns)?.dictionaries).toBe(3);
    expect(testCurves(of(first, 24), of(second, 24), turns)?.dictionaries).toBeNull();
    expect(testCurves(first, second, turns)?.dictionaries).toBeNull();
  });

  it("compares within each of a few: samples without a common dictionary tell nothing", () => {
    const other = sample("b", errors).map((rollout) => ({ ...rollout, dictionary: "another" }));
    expect(testCurves(of(first, 2), other, turns)).toBeNull();
  });

  it("exchanges whole ones of six or more: 2 in 2^6 is the least", () => {
    const test = testCurves(of(first, 6), of(second, 6), turns);
    expect(test).toMatchObject({ pValue: 2 / 64, dictionaries: null, pairs: 24, method: "exact" });
  });

  it("deals whole dictionaries that only one of the two has", () => {
    const other = sample("b", errors).map((rollout, index) => ({ ...rollout, dictionary: `e${index % 6}` }));
    // 2 of 12! / (6! 6!).
    expect(testCurves(of(first, 6), other, turns)?.pValue).toBeCloseTo(2 / 924, 12);
  });
});
