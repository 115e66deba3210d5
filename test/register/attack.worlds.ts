import type { Conclusion, World } from "./world.ts";

/** Worlds that nobody had in mind when the sentences were written. */
function run(spec: string, flags: string): string {
  return `run --quiet --engine scripted:${spec} --seed {seed} ${flags}`;
}

const ends = "--rollouts 40 --turns 30";
const bred = "p=0.97,seed=1{seed},conditioning=10";

/** Errors breed errors, and nobody looks beyond the first one. */
const endedAtError: World = {
  commands: [
    run(bred, `${ends} --name one --until first-error`),
    run(bred, `${ends} --name two --until first-error --history healed`),
    "compare one two --across",
  ],
};
const playedOn: World = {
  commands: [
    run(bred, `${ends} --name one`),
    run(bred, `${ends} --name two --history healed`),
    "compare one two --across",
  ],
};

/** One slips early or never, the other not before turn 20 and then soon. */
const early = run("p=0.955,seed=1{seed},change=6,change-turn=12", "--rollouts 100 --turns 60 --name early");
const late = run("p=0.9999,seed=2{seed},change=-6.2,change-turn=20", "--rollouts 100 --turns 60 --name late");
const crossed: World = { commands: [early, late, "compare early late"] };
const apart: World = {
  commands: [
    run("p=0.99,seed=1{seed}", "--rollouts 100 --turns 60 --name early"),
    run("p=0.95,seed=2{seed}", "--rollouts 100 --turns 60 --name late"),
    "compare early late",
  ],
};

const strong = run("p=0.99,seed=1{seed}", `${ends} --name strong`);
const weak = run("p=0.85,seed=2{seed}", `${ends} --name weak`);
const weakest = run("p=0.8,seed=3{seed}", `${ends} --name weakest`);
const againstStrong: World = { commands: [strong, weak, weakest, "compare --baseline strong"] };
const againstWeak: World = { commands: [strong, weak, weakest, "compare --baseline weakest"] };

/** What fails is form, in every arm alike; shown errors make the rest a little better. */
const rates: World = {
  files: {
    "suite.yaml": [
      "name: s",
      "defaults: {rollouts: 30, turns: 30}",
      "experiments: [{use: self-conditioning}]",
    ].join("\n"),
  },
  commands: ["suite run suite.yaml scripted:p=0.98,seed={seed},form=0.3,conditioning=-6 --quiet"],
};
const idleRates: World = {
  ...rates,
  commands: ["suite run suite.yaml scripted:p=0.98,seed={seed},form=0.3 --quiet"],
};

/** Seven of ten are right at any size. */
const unreadable: World = {
  files: { "suite.yaml": "name: s\nexperiments: [{use: capacity}]" },
  commands: ["suite run suite.yaml scripted:p=0.98,seed=1,form=0.3,key-loss=-1 --quiet"],
};
const readable: World = { ...unreadable, commands: ["suite run suite.yaml scripted:p=0.99,seed=1 --quiet"] };

const oneRollout: World = { commands: [run("p=0.8,seed=4", "--rollouts 1 --turns 30")] };
const fewRollouts: World = { commands: [run("p=0.8,seed=4", "--rollouts 9 --turns 30")] };

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "conclusions.endedAtErrorsSentence",
    pattern: /Not compared, since (one and two|two and one) differ in their history alone/,
    said: endedAtError,
    unsaid: playedOn,
  },
  {
    sentence: "conclusions.equallyRightSentence",
    pattern: /No difference (in turn accuracy )?shown/,
    said: {
      ...endedAtError,
      commands: playedOn.commands.map((line) => line.replace("conditioning=10", "frailty=0")),
    },
    unsaid: endedAtError,
  },
  {
    sentence: "conclusions.furtherSentence",
    pattern: /early goes further than late: H50 .* though its H80 is \d+ against \d+ turns/,
    said: crossed,
    unsaid: apart,
  },
  {
    sentence: "conclusions.baselineSentence",
    pattern: /Against strong: weak \(H50 [1-9] against .*\) and weakest \(H50 [1-9] against .*\) go less far/,
    said: againstStrong,
    unsaid: againstWeak,
  },
  {
    sentence: "conditioning.slopeSentence",
    pattern: /the rates differ, but no slope is shown: right in .*\(p [<=] 0\.0/,
    said: rates,
    unsaid: idleRates,
  },
  {
    sentence: "conditioning.slopeSentence",
    pattern: /no effect of shown errors can be told/,
    said: idleRates,
    unsaid: rates,
  },
  {
    sentence: "capacity.capacitySentence",
    pattern: /no size is shown to be right in 80 %: the estimate is 32 keys in a turn \(95 % 0 to 62;/,
    said: unreadable,
    unsaid: readable,
    seeds: [1],
  },
  {
    sentence: "slips.neverRightAgain",
    pattern: /in the one rollout a later answer is right/,
    said: oneRollout,
    unsaid: fewRollouts,
    seeds: [1],
  },
];
