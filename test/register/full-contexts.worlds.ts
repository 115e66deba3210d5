import type { Conclusion, World } from "./world.ts";

const size = "--rollouts 32 --turns 30";

/** A model that its context ends, beside one that goes to the last turn. */
function beside(spec: string, whole = "p=0.9"): World {
  const run = (one: string, name: string) =>
    `run --quiet --engine scripted:${one},seed={seed} --name ${name} --seed {seed} ${size}`;
  return { commands: [run(whole, "whole"), run(spec, "M"), "compare"] };
}

/** The same in an experiment of a suite. */
function inSuite(model: string): World {
  const suite =
    "name: s\ndefaults: { rollouts: 12, turns: 30, seed: {seed} }\nexperiments:\n  - { use: degradation }\n";
  return { files: { "s.yaml": suite }, commands: [`suite run s.yaml scripted:${model} --quiet`] };
}

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "notes.fullContextNote",
    pattern: /note: 32 of 32 rollouts of M ended with the context of 400 tokens full\./,
    said: beside("p=1,context=400"),
    unsaid: beside("p=1,context=100000"),
  },
  {
    sentence: "notes.fullContextNote",
    pattern: /note: \d+ of 32 rollouts of M ended with its context full\./,
    said: beside("p=0.9,cut-full=0.01"),
    unsaid: beside("p=0.9,cut-error=0.01"),
  },
  // It is said of the row whose context was full alone.
  {
    sentence: "notes.fullContextNote",
    pattern: /rollouts of whole ended with/,
    said: beside("p=1", "p=0.9,context=400"),
    unsaid: beside("p=1,context=400"),
  },
  {
    sentence: "notes.fullContextNote",
    pattern: /note: 12 of 12 rollouts of healed history ended with the context of 400 tokens full\./,
    said: inSuite("p=1,context=400"),
    unsaid: inSuite("p=1"),
  },
];
