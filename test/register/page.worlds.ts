import type { Conclusion, World } from "./world.ts";

/** Simulated models in one file, each with flags of its own, and the page of all that belong together. */
function pageOf(...runs: readonly string[]): World {
  const shape = "--rollouts 60 --turns 40 --seed {seed} --quiet";
  return {
    commands: [...runs.map((run) => `run ${shape} --engine scripted:${run}`), "report -o {folder}/page.html"],
    reads: "page.html",
  };
}

const strong = "p=0.99,decode-ms=10,seed=1{seed} --name strong";
const slowAndWeak = pageOf(strong, "p=0.85,decode-ms=40,seed=2{seed} --name weak");

/** The page of a suite of one experiment. */
function pageOfSuite(experiment: string): World {
  return {
    files: {
      "one.yaml": `name: one\ndefaults: { turns: 12, rollouts: 8, seed: {seed} }\nexperiments:\n  - ${experiment}\n`,
    },
    commands: ["suite run one.yaml scripted:p=0.9 --quiet", "report -o {folder}/page.html"],
    reads: "page.html",
  };
}

const many = pageOf("p=0.97 --rollouts 60 --turns 6");
const long = pageOf("p=0.999 --rollouts 3 --turns 300");
const small = pageOf("p=0.97 --rollouts 10");

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "page.notShownNote",
    pattern: /1 run of other settings, engines or without an answer is not shown/,
    said: pageOf(strong, "p=0.9 --name other --keys-per-turn 4"),
    unsaid: slowAndWeak,
  },
  {
    sentence: "page.simulatedNote",
    pattern: /Simulated models: their times are made up too/,
    said: small,
    // The reference models that ship are real.
    unsaid: {
      commands: [
        "run --quiet --rollouts 2 --turns 2 --seed {seed} --parallel 2 --threads 1",
        "report -o {folder}/page.html",
      ],
      reads: "page.html",
    },
    seeds: [1],
  },
  {
    sentence: "page.mainlyUnsaid",
    pattern: /Nothing is concluded of 1 arm: what was measured stands in the table\./,
    said: pageOfSuite("{ use: turns-against-keys, steps: 12, keys: [2] }"),
    unsaid: pageOfSuite("{ use: turns-against-keys, steps: 12, keys: [1, 2] }"),
  },
  {
    sentence: "page.sampleNote",
    pattern: /A sample: 40 rollouts of 60, those that err first before the others\./,
    said: many,
    unsaid: small,
  },
  {
    sentence: "page.sampleNote",
    pattern: /A sample: of rollouts longer than 200 turns what lies around the first error\./,
    said: long,
    unsaid: small,
  },
];
