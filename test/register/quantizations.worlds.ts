import type { Conclusion, World } from "./world.ts";

/** Two quantizations of one model, which make most of their errors together: their errors are drawn from one stream. */
function files(specs: readonly string[], ...flags: readonly string[]): World {
  const runs = specs.map((spec, index) =>
    [
      `run --quiet --engine scripted:${spec},shared=0.8,seed=${index + 1}{seed},shared-seed=9{seed}`,
      `--seed {seed} --name ${["full", "small", "tiny"][index]} --rollouts 32 --turns 60`,
      ...flags,
    ].join(" "),
  );
  return { commands: [...runs, "compare"] };
}

const given = "--history healed";
const equals = files(["p=0.96,bits=16", "p=0.96,bits=8.5"], given);
const worse = files(["p=0.98,bits=16", "p=0.9,bits=2.6"], given);
const better = files(["p=0.9,bits=16", "p=0.98,bits=8.5"], given);
const threeFiles = files(["p=0.96,bits=16", "p=0.96,bits=8.5", "p=0.96,bits=4.5"], given);
const otherModels = files(["p=0.96", "p=0.96"], given);
const onTheirOwn = files(["p=0.96,bits=16", "p=0.96,bits=8.5"]);
const unreadable = files(["p=0.96,bits=16,format=0.2", "p=0.96,bits=8.5,format=0.2"], given);
const midway: World = {
  commands: threeFiles.commands.map((command) =>
    command === "compare" ? "compare --baseline small" : command,
  ),
};
const sure = [given, "--confidence top2"];
const lessSure = files(["p=0.96,bits=16,gap=5", "p=0.96,bits=8.5,gap=4"], ...sure);
const surer = files(["p=0.96,bits=16,gap=4", "p=0.96,bits=8.5,gap=5"], ...sure);
const unstored = files(["p=0.96,bits=16,gap=5", "p=0.96,bits=8.5,gap=4"], given, "--confidence chosen");
const suite: World = {
  files: {
    "one.yaml":
      "name: one\ndefaults: { turns: 60, rollouts: 32, seed: {seed} }\nexperiments:\n  - use: quantization\n",
  },
  commands: [
    "suite run one.yaml scripted:p=0.96,bits=16,seed=1{seed} scripted:p=0.96,bits=8.5,seed=2{seed} --quiet",
  ],
};

const sentence = "quantizations.agreementSentence";
export const conclusions: readonly Conclusion[] = [
  {
    sentence,
    pattern:
      /small gives the same answer as full in 1,[78]\d\d of 1,888 turns; right in \d+ where full is not, in \d+ the other way: at most \d\.\d points worse \(95 %\)\./,
    said: equals,
    unsaid: onTheirOwn,
  },
  { sentence, pattern: /gives the same answer as/, said: threeFiles, unsaid: otherModels },
  // Each beside the one with most bits alone.
  { sentence, pattern: /tiny gives the same answer as full/, said: threeFiles, unsaid: equals },
  { sentence, pattern: /small gives the same answer as full/, said: threeFiles, unsaid: otherModels },
  {
    sentence,
    pattern: /\d+ to \d+ points worse \(95 %\)|\d\.\d to \d+\.\d points worse \(95 %\)/,
    said: worse,
    unsaid: equals,
  },
  {
    sentence,
    pattern: /\d to \d+(\.\d)? points better \(95 %\)/,
    said: better,
    unsaid: worse,
  },
  {
    sentence,
    pattern: /1,888 turns \(in \d+ neither can be read\)/,
    said: unreadable,
    unsaid: equals,
  },
  // Beside the baseline, where the user names one.
  { sentence, pattern: /tiny gives the same answer as small/, said: midway, unsaid: threeFiles },
  {
    sentence,
    pattern:
      /its gap to the likeliest other token is smaller by (?:0\.9|1\.0)\d* \([01]\.\d+ to [01]\.\d+\) in log-odds \(95 %\)/,
    said: lessSure,
    unsaid: unstored,
  },
  { sentence, pattern: /its gap .* is larger by (?:0\.9|1\.0)/, said: surer, unsaid: lessSure },
  {
    sentence,
    pattern: /given history gives the same answer as .* given history in/,
    said: suite,
    unsaid: onTheirOwn,
  },
];
