import type { Conclusion, World } from "./world.ts";

const size = "--seed {seed} --rollouts 16 --turns 8";
const able = "p-retrieval=1,p-addition=0.98,p=0.1,value-loss=1.8,seed={seed}";
/** A run that looks for its level; what is asked there does not depend on the seed of the run. */
function auto(spec: string, rest = ""): World {
  return { commands: [`run --engine scripted:${spec} ${size} --level auto ${rest}`.trim()] };
}

function run(spec: string, rest = ""): World {
  return { commands: [`run --quiet --engine scripted:${spec},seed={seed} ${size} ${rest}`.trim()] };
}

function two(one: string, other: string, metric = ""): World {
  return {
    commands: [
      `run --quiet --engine scripted:p=0.9,seed={seed} --name weak ${size} ${one}`.trim(),
      `run --quiet --engine scripted:p=0.95,seed={seed} --name strong ${size} ${other}`.trim(),
      `compare 1 2 --across ${metric}`.trim(),
    ],
  };
}

const sums = "p=1,p-dict-sum=0.93,key-loss=3,seed={seed}";
const weak = "p-retrieval=0.65,p=0.02,seed={seed}";
const hopeless = "p=0.02,seed={seed}";

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "levels.levelFound",
    pattern: /level \S+: the hardest asked that fits the model \(right in 80 to 99 %\)/,
    said: auto(able),
    unsaid: auto(weak),
  },
  {
    sentence: "levels.levelFound",
    pattern:
      /the hardest asked on which the model is not at a floor; none fits the model \(right in 80 to 99 %\): \d+ levels asked; at best/,
    said: auto(weak),
    unsaid: auto(sums),
  },
  {
    sentence: "levels.levelFound",
    pattern: /level retrieval-9-of-5: the easiest; none fits the model .*, and on each it is at a floor/,
    said: auto(hopeless),
    unsaid: auto(weak),
  },
  {
    sentence: "levels.levelFound",
    pattern: /without a slip there .* may be right in more than 99 %/,
    said: auto("p=1,seed={seed}"),
    unsaid: auto("p=1,p-dict-sum=0.9,key-loss=5,seed={seed}"),
  },
  {
    sentence: "levels.levelsTried",
    pattern: /: retrieval-9-of-5 \d+ of \d+, /,
    said: auto(able, "--quiet --verbose"),
    unsaid: auto(able, "--quiet"),
  },
  {
    sentence: "levels.levelSearchCost",
    pattern: /the search took [\d.]+ m?s/,
    said: auto(able, "--quiet"),
    unsaid: run("p=0.9", "--level addition-9"),
  },
  {
    sentence: "levels.levelClaim",
    pattern: /All of this is on level addition-9\./,
    said: two("--level addition-9", "--level addition-9"),
    unsaid: two("--level addition-9", "--level addition-99"),
  },
  {
    sentence: "levels.levelClaim",
    pattern: /Levels: .*weak.* on addition-9.* on no level by name/,
    said: two("--level addition-9", "--task addition --value-max 9"),
    unsaid: two("--level addition-9", "--level addition-9"),
  },
  {
    sentence: "levels.levelFoundLater",
    pattern: /this plan is made for dict-sum-99-of-20/,
    said: auto(able, "--dry-run"),
    unsaid: run("p=0.9", "--level addition-9 --dry-run"),
  },
  {
    sentence: "levels.runOnLevel",
    pattern: /At the floor of the task; on the level that fits it: .* --level auto/,
    said: run("p=0.05"),
    unsaid: run("p=0.9"),
  },
  // What cannot be read is no floor of the task.
  {
    sentence: "levels.runOnLevel",
    pattern: /At the floor of the task; on the level that fits it/,
    said: run("p=0.05"),
    unsaid: run("format=1"),
  },
  // It was looked for already.
  {
    sentence: "levels.runOnLevel",
    pattern: /At the floor of the task; on the level that fits it/,
    said: run("p=0.02", "--level retrieval-9-of-5"),
    unsaid: auto(hopeless),
  },
  {
    sentence: "levels.runOnLevel",
    pattern: /Never a slip; on the next harder level: .* --level dict-sum-99-of-100/,
    said: run("p=1"),
    unsaid: run("p=0.8"),
  },
  {
    sentence: "levels.savedByFirstError",
    pattern: /horizons use nothing of the \d+ turns after first slips/,
    said: two("", "", "--metric horizon"),
    unsaid: two("--until first-error", "--until first-error", "--metric horizon"),
  },
  // Accuracy over all turns stands in the usual table.
  {
    sentence: "levels.savedByFirstError",
    pattern: /horizons use nothing of the \d+ turns after first slips/,
    said: two("", "", "--metric horizon"),
    unsaid: two("", ""),
  },
];
