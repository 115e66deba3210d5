import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tasks } from "../../src/tasks/index.ts";
import { createInstance, hashInstances } from "../../src/tasks/instance.ts";
import type { TaskSettings } from "../../src/tasks/task.ts";
import { words } from "../../src/tasks/words.ts";
import { taskSettings } from "./builders.ts";

const anySettings: fc.Arbitrary<TaskSettings> = fc.record({
  turns: fc.integer({ min: 1, max: 30 }),
  keysPerTurn: fc.integer({ min: 1, max: 5 }),
  dictionarySize: fc.integer({ min: 2, max: 120 }),
  valueMax: fc.integer({ min: 2, max: 300 }),
  values: fc.constantFrom("zero-sum" as const, "free" as const),
  sharedDictionary: fc.boolean(),
  shots: fc.constant(0),
  prompt: fc.constant("direct" as const),
  burnIn: fc.constant(0),
  start: fc.constant("neutral" as const),
});

describe("instances", () => {
  it("are the same for the same seed, for ever", () => {
    const instance = createInstance(tasks["dict-sum"], taskSettings({ turns: 3, dictionarySize: 4 }), 1, 0);
    expect(instance).toMatchInlineSnapshot(`
      {
        "dictionary": [
          {
            "key": "plain",
            "value": -12,
          },
          {
            "key": "blaze",
            "value": 14,
          },
          {
            "key": "actor",
            "value": 77,
          },
          {
            "key": "brave",
            "value": -79,
          },
        ],
        "turns": [
          {
            "keys": [
              "brave",
            ],
            "truth": -79,
            "value": -79,
          },
          {
            "keys": [
              "brave",
            ],
            "truth": -158,
            "value": -79,
          },
          {
            "keys": [
              "actor",
            ],
            "truth": -81,
            "value": 77,
          },
        ],
      }
    `);
    const hundred = Array.from({ length: 4 }, (_, rollout) =>
      createInstance(tasks["dict-sum"], taskSettings(), 1, rollout),
    );
    expect(hashInstances(hundred)).toMatchInlineSnapshot(
      `"97362bb2df31950df433b3084bdd36faed709c85baa8bfa6c54a2093edf3932f"`,
    );
  });

  it("hold the truth: totals are running sums of the keys' values", () => {
    fc.assert(
      fc.property(anySettings, fc.nat(), fc.nat(50), (settings, seed, rollout) => {
        const { dictionary, turns } = createInstance(tasks["dict-sum"], settings, seed, rollout);
        const values = new Map(dictionary.map(({ key, value }) => [key, value]));
        expect(values.size).toBe(settings.dictionarySize);
        let total = 0;
        for (const turn of turns) {
          expect(turn.keys).toHaveLength(settings.keysPerTurn);
          for (const key of turn.keys) total += values.get(key) ?? Number.NaN;
          expect(turn.truth).toBe(total);
        }
        expect(turns).toHaveLength(settings.turns);
      }),
    );
  });

  it("draw dictionaries that sum to zero, without 0, with distinct magnitudes where the range allows", () => {
    fc.assert(
      fc.property(anySettings, fc.nat(), (settings, seed) => {
        const zeroSum = { ...settings, values: "zero-sum" as const };
        const values = createInstance(tasks["dict-sum"], zeroSum, seed, 0).dictionary.map(
          ({ value }) => value,
        );
        expect(values.reduce((sum, value) => sum + value, 0)).toBe(0);
        expect(values.every((value) => value !== 0 && Math.abs(value) <= settings.valueMax)).toBe(true);
        // Close to the range's edge a zero sum of distinct magnitudes can be out of reach.
        const isRoomy = settings.dictionarySize > 2 && settings.dictionarySize * 2 <= settings.valueMax;
        if (isRoomy) expect(new Set(values.map(Math.abs)).size).toBe(values.length);
      }),
      { numRuns: 200 },
    );
  });

  it("share one dictionary only when asked to", () => {
    const draw = (sharedDictionary: boolean, rollout: number) =>
      createInstance(tasks["dict-sum"], taskSettings({ sharedDictionary }), 5, rollout);
    expect(draw(true, 0).dictionary).toEqual(draw(true, 1).dictionary);
    expect(draw(true, 0).turns).not.toEqual(draw(true, 1).turns);
    expect(draw(false, 0).dictionary).not.toEqual(draw(false, 1).dictionary);
  });

  it("of retrieval ask for one value and remember nothing", () => {
    const { dictionary, turns } = createInstance(tasks.retrieval, taskSettings(), 2, 0);
    for (const { keys, truth } of turns)
      expect(truth).toBe(dictionary.find(({ key }) => key === keys[0])?.value);
  });

  it("draw from at least 500 different words of five letters", () => {
    expect(words.length).toBeGreaterThanOrEqual(500);
    expect(new Set(words).size).toBe(words.length);
    expect(words.filter((word) => !/^[a-z]{5}$/.test(word))).toEqual([]);
  });
});
