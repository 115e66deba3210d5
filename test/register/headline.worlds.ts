import type { Conclusion, World } from "./world.ts";

/** A suite of one headline: one turn behind right answers, and the model's own way. */
function sheet(spec: string): World {
  return {
    files: {
      "one.yaml":
        "name: one\ndefaults: { turns: 60, rollouts: 100, seed: {seed} }\nexperiments:\n  - use: headline\n",
    },
    commands: [`suite run one.yaml scripted:${spec},seed=1{seed} --quiet`],
  };
}

const asOneTurn = sheet("p=0.97");
const tires = sheet("p=0.998,drift=-0.3");
/** Bad at turn 2, and good behind it. */
const getsBetter = sheet("p=0.9,change=3,change-turn=3");

/** A run that was played, a single turn behind it, and what is asked of them. */
function single(asked: string): World {
  const run = "run --quiet --engine scripted:p=0.9,seed={seed} --seed {seed} --rollouts 8";
  return { commands: [`${run} --turns 6`, `${run} --turns 2 --history healed --probe 2`, asked] };
}

const sentence = "headline.deviationSentence";
export const conclusions: readonly Conclusion[] = [
  {
    sentence,
    pattern:
      /gets to \d+ \(\d+ to \d+\), by its one turn \([\d.]+ % right\) to (\d+|no end) \((\d+ to|at least) \d+\): less far than one turn promises/,
    said: tires,
    unsaid: asOneTurn,
  },
  { sentence, pattern: /: further than one turn promises/, said: getsBetter, unsaid: tires },
  { sentence, pattern: /If every turn were as good as one turn/, said: getsBetter, unsaid: asOneTurn },
  {
    sentence: "headline.noHeadlineSentence",
    pattern: /No row of these was played, so there is no horizon to set one turn beside/,
    said: single("compare --metric headline"),
    unsaid: single("compare 1 2 --metric headline"),
  },
];
