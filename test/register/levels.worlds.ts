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

function suite(spec: string, defaults: string, experiments: string): World {
  return {
    files: {
      "one.yaml": `name: one\ndefaults: { ${defaults}, turns: 8, rollouts: 16, seed: {seed} }\nexperiments:\n${experiments}\n`,
    },
    commands: [`suite run one.yaml scripted:${spec} --quiet`],
  };
}

/** A search that took so long, and what a run was forecast to take. */
function searched(spentMs: number, forecastMs: number): World {
  return {
    commands: [...auto(able, "--quiet").commands, "show 1"],
    tampering: `UPDATE event SET data = json_set(data, '$.spentMs', ${spentMs}, '$.forecastMs', ${forecastMs}) WHERE kind = 'level'`,
  };
}

const sums = "p=1,p-dict-sum=0.93,key-loss=3,seed={seed}";
const weak = "p-retrieval=0.65,p=0.02,seed={seed}";
const hopeless = "p=0.02,seed={seed}";

/** A suite on a level that was looked for, which goes on with another model. @param first those that began it, too */
function cameLater(model: string, ...first: readonly string[]): World {
  const able = "scripted:p=0.97,seed=1";
  const size = "turns: 6, rollouts: 8, seed: {seed}, level: auto";
  return {
    files: { "one.yaml": `name: one\ndefaults: { ${size} }\nexperiments:\n  - use: horizon\n` },
    commands: [
      `suite run one.yaml ${[able, ...first].join(" ")} --quiet`,
      `suite run one.yaml ${able} ${model} --resume --quiet`,
    ],
  };
}

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "levels.levelFound",
    pattern: /level \S+: the hardest of \d+ asked that fits the model \(right in 80 to 99 %\)/,
    said: auto(able),
    unsaid: auto(weak),
  },
  {
    sentence: "levels.levelFound",
    pattern:
      /the hardest of \d+ asked on which the model is not at a floor; none fits the model \(right in 80 to 99 %\): at best/,
    said: auto(weak),
    unsaid: auto(sums),
  },
  {
    sentence: "levels.levelFound",
    pattern:
      /level retrieval-9-of-5: the easiest; none fits the model .*, and on each of \d+ asked it is at a floor: at best/,
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
    sentence: "levels.levelSearchCost",
    pattern: /the search took 90 s, 4\.5 % of the 33\.3 min that a run of each model was forecast to take/,
    said: searched(90_000, 2_000_000),
    unsaid: searched(90_000, 1000),
    seeds: [1],
  },
  {
    sentence: "levels.levelSearchCost",
    pattern: /the search took 90 s, where a run of each model was forecast to take 1 s/,
    said: searched(90_000, 1000),
    unsaid: searched(90_000, 2_000_000),
    seeds: [1],
  },
  {
    sentence: "levels.suiteLevelFound",
    pattern:
      /^level \S+: the hardest of \d+ asked that fits the model .*; the search took [\d.]+ m?s\. horizon /,
    said: suite(able, "level: auto", "  - use: horizon"),
    unsaid: suite(able, "level: addition-9", "  - use: horizon"),
  },
  {
    sentence: "levels.suiteLevelFound",
    pattern: /^horizon: level \S+: the hardest of \d+ asked that fits the model .*; the search took/,
    said: suite(able, "level: auto", "  - use: horizon\n  - { use: degradation, level: none }"),
    unsaid: suite(able, "level: auto", "  - use: horizon\n  - use: degradation"),
    seeds: [1],
  },
  {
    sentence: "levels.levelOfOthers",
    pattern: /scripted:p=0\.9\d,seed=2 was not asked: it plays on the level that was found for the others\./,
    said: cameLater("scripted:p=0.95,seed=2"),
    unsaid: cameLater("scripted:p=0.95,seed=2", "scripted:p=0.95,seed=2"),
    seeds: [1],
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
    said: two("--level addition-9", "--task addition --value-max 8"),
    unsaid: two("--level addition-9", "--task addition --value-max 9"),
  },
  {
    sentence: "levels.levelFoundLater",
    pattern: /this plan is made for dict-sum-99-of-20/,
    said: auto(able, "--dry-run"),
    unsaid: run("p=0.9", "--level addition-9 --dry-run"),
  },
  {
    sentence: "levels.runOnLevel",
    pattern: /At the floor of the task; on a level that fits it, if one does: .* --level auto/,
    said: run("p=0.05"),
    unsaid: run("p=0.9"),
  },
  // What cannot be read is no floor of the task.
  {
    sentence: "levels.runOnLevel",
    pattern: /At the floor of the task; on a level that fits it, if one does/,
    said: run("p=0.05"),
    unsaid: run("format=1"),
  },
  // It was looked for already.
  {
    sentence: "levels.runOnLevel",
    pattern: /At the floor of the task; on a level that fits it, if one does/,
    said: run("p=0.02", "--level retrieval-9-of-5"),
    unsaid: auto(hopeless),
  },
  {
    sentence: "levels.runOnLevel",
    pattern: /Never a slip; on the next harder level: .* --level dict-sum-99-of-100/,
    said: run("p=1"),
    unsaid: run("p=0.8"),
  },
  // The search for its level has asked the harder one.
  {
    sentence: "levels.runOnLevel",
    pattern: /Never a slip; on the next harder level/,
    said: run("p=1,p-dict-sum=0.3", "--level prefix-sum-99"),
    unsaid: auto("p=1,p-dict-sum=0.3,seed={seed}"),
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
