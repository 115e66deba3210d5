import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/errors.ts";
import { instancesOf, isShared, rowOf } from "../../src/datasets/dataset.ts";
import { factsOf } from "../../src/datasets/facts.ts";
import { readDataset } from "../../src/datasets/reader.ts";
import { writeDataset } from "../../src/datasets/writer.ts";
import { type TaskName, tasks } from "../../src/tasks/index.ts";
import { createInstance, hashInstances } from "../../src/tasks/instance.ts";
import type { Instance, TaskSettings } from "../../src/tasks/task.ts";
import { taskSettings } from "../tasks/builders.ts";

const small = {
  experiment_type: "dict_sum",
  config: { dict_size: 3, horizon_length: 4, num_samples: 2, min_input_value: -9, max_input_value: 9 },
  dictionary: { apple: 5, pear: -5, plum: 2 },
  ground_truth_data: [
    { input: ["apple", "plum", "pear", "pear"], output: [5, 7, 2, -3], values: [5, 2, -5, -5] },
    { input: ["plum", "plum", "apple", "pear"], output: [2, 4, 9, 4], values: [2, 2, 5, -5] },
  ],
};

const read = (value: unknown) => readDataset(JSON.stringify(value), "FILE");

/** Writes seeded instances and reads them back. */
function roundTrip(task: TaskName, settings: TaskSettings, seed: number, isPaper: boolean) {
  const drawn = Array.from({ length: 4 }, (_, rollout) =>
    createInstance(tasks[task], settings, seed, rollout),
  );
  const head = {
    task,
    keysPerTurn: isPaper ? null : settings.keysPerTurn,
    rows: drawn.length,
    horizon: settings.turns * settings.keysPerTurn,
    dictionarySize: settings.dictionarySize,
    valueMax: settings.valueMax,
    dictionary: settings.sharedDictionary ? (drawn[0]?.dictionary ?? null) : null,
  };
  const text = [...writeDataset(head, drawn.map(rowOf))].join("");
  const dataset = readDataset(text, "FILE");
  const { turns, keysPerTurn } = settings;
  return {
    drawn,
    text,
    dataset,
    instances: instancesOf(dataset, tasks[task], { rollouts: 4, turns, keysPerTurn }),
  };
}

describe("a data set file", () => {
  it("gives back exactly the instances that were written, in both formats", () => {
    const anySettings = fc.record({
      turns: fc.integer({ min: 1, max: 12 }),
      keysPerTurn: fc.integer({ min: 1, max: 4 }),
      dictionarySize: fc.integer({ min: 2, max: 60 }),
      sharedDictionary: fc.boolean(),
    });
    fc.assert(
      fc.property(anySettings, fc.nat(), (overrides, seed) => {
        const settings = taskSettings(overrides);
        const { drawn, dataset, instances } = roundTrip(
          "dict-sum",
          settings,
          seed,
          settings.sharedDictionary,
        );
        expect(instances).toEqual(drawn);
        expect(hashInstances(instances)).toBe(hashInstances(drawn));
        expect(dataset.keysPerTurn).toBe(settings.sharedDictionary ? null : settings.keysPerTurn);
        expect(isShared(dataset.rows)).toBe(settings.sharedDictionary);
      }),
      { numRuns: 50 },
    );
  });

  it("holds values instead of totals for retrieval", () => {
    const { drawn, instances, text } = roundTrip("retrieval", taskSettings({ turns: 5 }), 3, false);
    expect(instances).toEqual(drawn);
    const [row] = (JSON.parse(text) as typeof small).ground_truth_data;
    expect(row?.output).toEqual(row?.values);
  });

  it("written for the paper has its fields and no other, so that its loader reads it", () => {
    const { text } = roundTrip("dict-sum", taskSettings({ turns: 2, sharedDictionary: true }), 1, true);
    const file = JSON.parse(text) as typeof small;
    expect(Object.keys(file)).toEqual(Object.keys(small));
    expect(Object.keys(file.config)).toEqual(Object.keys(small.config));
    expect(Object.keys(file.ground_truth_data[0] ?? {})).toEqual(["input", "output", "values"]);
  });

  it("is also read as part of a merged file", () => {
    expect(read({ dict_sum: { ...small } })).toEqual(read(small));
  });

  it("is cut to what is asked for, to its own config and to its shortest row", () => {
    const sizes = (instances: Instance[]) => instances.map(({ turns }) => turns.length);
    const dict = tasks["dict-sum"];
    expect(sizes(instancesOf(read(small), dict, { rollouts: 1, turns: 3, keysPerTurn: 1 }))).toEqual([3]);
    expect(sizes(instancesOf(read(small), dict, { rollouts: 9, turns: 9, keysPerTurn: 3 }))).toEqual([1, 1]);
    const config = { ...small.config, num_samples: 1, horizon_length: 2 };
    expect(read({ ...small, config })).toMatchObject({ horizon: 2, rows: [{}] });
    const [first, second] = small.ground_truth_data;
    const short = { input: ["plum"], output: [2], values: [2] };
    expect(read({ ...small, config: {}, ground_truth_data: [first, second, short] }).horizon).toBe(1);
    expect(() => instancesOf(read(small), dict, { rollouts: 1, turns: 1, keysPerTurn: 5 })).toThrow(
      UsageError,
    );
  });

  it("keeps the dictionary's order and takes any words", () => {
    const dictionary = { "New York": 1, __proto__x: 2, été: -3, "7th": 4 };
    const file = {
      ...small,
      dictionary,
      ground_truth_data: [{ input: ["été"], output: [-3], values: [-3] }],
    };
    expect(read(file).rows[0]?.dictionary.map(({ key }) => key)).toEqual(Object.keys(dictionary));
  });

  const row = small.ground_truth_data[0];
  const withRow = (changes: object) => ({ ...small, ground_truth_data: [{ ...row, ...changes }] });
  const withWords = (dictionary: object) => ({ ...small, dictionary });
  const malformed: [string, unknown, RegExp][] = [
    ["no object", 3, /FILE: \$ is 3; it must be an object/],
    [
      "another experiment",
      { ...small, experiment_type: "prefix_sum" },
      /\$\.experiment_type is "prefix_sum"/,
    ],
    ["neither marker", {}, /\$\.experiment_type is missing/],
    [
      "a merged file with a bad part",
      { dict_sum: { ...small, dictionary: 3 } },
      /\$\.dict_sum\.dictionary is 3/,
    ],
    ["a bad limit", { ...small, config: { num_samples: 0 } }, /\$\.config\.num_samples is 0/],
    ["no rows", { ...small, ground_truth_data: [] }, /\$\.ground_truth_data holds no row/],
    ["rows missing", { ...small, ground_truth_data: undefined }, /\$\.ground_truth_data is missing/],
    ["no dictionary", { ...small, dictionary: undefined }, /\$\.ground_truth_data\[0\] has no dictionary/],
    ["an unknown key", withRow({ input: ["kiwi", "plum", "pear", "pear"] }), /\[0\]\.input\[0\] is "kiwi"/],
    ["a number for a key", withRow({ input: [5, "plum", "pear", "pear"] }), /\[0\]\.input\[0\] is 5/],
    ["a wrong value", withRow({ values: [5, 2, -5, 5] }), /\[0\]\.values\[3\] is 5, the dictionary says -5/],
    ["a wrong total", withRow({ output: [5, 7, 2, -4] }), /\[0\]\.output\[3\] is -4, the values give -3/],
    ["a total too few", withRow({ output: [5, 7, 2] }), /\[0\]\.output has 3 elements, input has 4/],
    ["a row without keys", withRow({ input: [], output: [], values: [] }), /\[0\]\.input holds no key/],
    ["a value that is no integer", withWords({ apple: 1.5, pear: 2 }), /\$\.dictionary\["apple"\] is 1\.5/],
    ["a value beyond a million", withWords({ apple: 1e7, pear: 2 }), /\$\.dictionary\["apple"\] is 10000000/],
    ["a single entry", withWords({ apple: 1 }), /\$\.dictionary has 1 entries/],
    ["a word with a comma", withWords({ "a,b": 1, pear: 2 }), /\$\.dictionary\["a,b"\] must be a word/],
    ["a word with a line break", withWords({ "a\nb": 1, pear: 2 }), /must be a word without commas/],
    ["a word that readers would move", withWords({ pear: 2, 7: 1 }), /\$\.dictionary\["7"\] is a number/],
  ];
  for (const [name, value, message] of malformed) {
    it(`with ${name} is refused with its place in the file`, () => {
      expect(() => read(value)).toThrow(UsageError);
      expect(() => read(value)).toThrow(message);
    });
  }

  it("that is no JSON is refused", () => {
    expect(() => readDataset("{", "FILE")).toThrow(/FILE: not a JSON file/);
  });
});

describe("the facts of a data set", () => {
  it("count what may disturb a measurement", () => {
    const [first] = small.ground_truth_data;
    const file = { ...small, config: { keys_per_turn: 2 }, ground_truth_data: [first, first] };
    expect(
      factsOf(read({ ...file, dictionary: { apple: 5, pear: -5, plum: 2, fig: 2, kiwi: 0 } })),
    ).toMatchObject({
      rows: 2,
      horizon: 4,
      turns: 2,
      sharedDictionary: true,
      duplicateRows: 1,
      // apple + plum, pear + pear: none is 0.
      zeroSumTurns: 0,
      // apple-pear, pear-apple and kiwi-kiwi of 25.
      zeroSumPairs: 3 / 25,
      dictionary: { entries: 5, mean: 0.8, min: -5, max: 5, duplicateValues: 1, zeroValues: 1 },
    });
  });

  it("see turns that change nothing", () => {
    const rows = [{ input: ["apple", "pear", "plum", "plum"], output: [5, 0, 2, 4], values: [5, -5, 2, 2] }];
    expect(
      factsOf(read({ ...small, config: { keys_per_turn: 2 }, ground_truth_data: rows })).zeroSumTurns,
    ).toBe(0.5);
  });
});
