import type { Conclusion, World } from "./world.ts";

const run = (spec: string, name: string, ...flags: readonly string[]): string =>
  [
    `run --quiet --engine scripted:${spec} --name ${name}`,
    "--seed {seed} --rollouts 200 --turns 40",
    ...flags,
  ].join(" ");

/** A reference, another model, and what is asked about it. */
const beside = (spec: string, margin: string, ...flags: readonly string[]): World => ({
  commands: [
    run("p=0.96,seed=1{seed}", "whole", ...flags),
    run(`${spec},seed=2{seed}`, "small", ...flags),
    `compare whole small --baseline whole --margin ${margin}`,
  ],
});

const equal = beside("p=0.96", "60%");
/** 0.96 to the power 2.5: its horizons are 0.4 times as far, just the margin. */
const atMargin = beside("p=0.903", "60%");
const half = beside("p=0.8", "60%");
const open = beside("p=0.96", "25%", "--rollouts 60");
const nearMargin = beside("p=0.947", "25%", "--rollouts 100");
const flawless: World = {
  commands: [run("p=1", "whole"), run("p=1,seed=2", "small"), "compare --baseline whole --margin 20%"],
};
const early: World = {
  commands: [
    run("p=0.8,seed=1{seed}", "whole"),
    run("p=0.8,seed=2{seed}", "small"),
    "compare --baseline whole --margin 20%",
  ],
};
const cut = beside("p=0.96,cut-full=0.06", "60%");
const hopeless = beside("p=0.1", "60%");
const given = beside("p=0.96", "60%", "--history healed");
const asked: World = {
  commands: [
    run("p=0.96,seed=1{seed}", "whole"),
    run("p=0.96,seed=2{seed}", "small", "--history healed"),
    "compare whole small --baseline whole --metric headline --margin 20%",
  ],
};
const idle: World = {
  commands: [
    run("p=0.96,seed=1{seed}", "whole"),
    run("p=0.96,seed=2{seed},cut-error=1", "small"),
    "compare whole small --baseline whole --margin 20%",
  ],
};
const probed = beside("p=0.96", "60%", "--history healed --probe 5,10");
const three: World = {
  commands: [
    ...equal.commands.slice(0, 2),
    run("p=0.9,seed=3{seed}", "third"),
    "compare whole small third --baseline whole --margin 60%",
  ],
};
const judged = (world: World): World => ({
  commands: world.commands.map((command) => command.replace("--margin ", "--fail-under margin=")),
});
const planned: World = { commands: ["power --h50 20 --margin 20%"] };
const plannedRatio: World = { commands: ["power --h50 20 --ratio 1.2"] };

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "margins.goodEnoughSentence",
    pattern: /small: at most 60 % shorter than whole \(95 %: H50 [\d.]+ to [\d.]+ times\)\./,
    said: equal,
    unsaid: atMargin,
  },
  {
    sentence: "margins.worseSentence",
    pattern: /small: worse, more than 60 % shorter than whole \(95 %: H50 0\.[\d.]+ to 0\.[\d.]+ times\)\./,
    said: half,
    unsaid: atMargin,
  },
  {
    sentence: "margins.worseSentence",
    pattern: /longhaul: --fail-under: small: worse, more than 60 % shorter than whole/,
    said: judged(half),
    unsaid: judged(equal),
  },
  {
    sentence: "margins.moreRolloutsSentence",
    pattern: /small: undecided against whole, about [\d,]+ more rollouts of each \(95 %: H50/,
    said: open,
    unsaid: equal,
  },
  {
    sentence: "margins.tooManyRolloutsSentence",
    pattern: /small: undecided against whole, it takes over 20 times the rollouts/,
    said: nearMargin,
    unsaid: equal,
    // In which it seems so: what it is by chance would take fewer.
    seeds: [2, 3, 6],
  },
  {
    sentence: "margins.moreTurnsSentence",
    pattern: /small: undecided against whole, more turns are needed, 40 do not tell how far whole gets/,
    said: flawless,
    unsaid: equal,
  },
  {
    sentence: "margins.coarseTurnsSentence",
    pattern: /small: undecided against whole, the H50 of whole is [34] turns, so one turn is more than 20 %/,
    said: early,
    unsaid: equal,
  },
  {
    sentence: "margins.cutsOpenSentence",
    pattern: /small: undecided against whole, rollouts were cut short, and what is missing could turn it/,
    said: cut,
    unsaid: equal,
  },
  {
    sentence: "margins.floorHasNoMarginSentence",
    pattern: /small: undecided against whole, small is at the floor, so its horizon says nothing/,
    said: hopeless,
    unsaid: half,
  },
  {
    sentence: "margins.noMarginSentence",
    pattern: /undecided against whole, a margin is of horizons, and these two are not compared by them/,
    said: given,
    unsaid: equal,
  },
  {
    sentence: "margins.noMarginSentence",
    pattern: /undecided against whole, not compared, since the runs differ in history/,
    said: asked,
    unsaid: equal,
  },
  {
    sentence: "margins.noTurnNoMarginSentence",
    pattern: /small: undecided against whole, small finished no turn/,
    said: idle,
    unsaid: equal,
  },
  {
    sentence: "margins.noTurnNoMarginSentence",
    pattern: /finished no turn/,
    said: idle,
    unsaid: probed,
  },
  {
    sentence: "margins.noHorizonNoMarginSentence",
    pattern: /small: undecided against whole, a margin is of horizons, and (small|whole) has none/,
    said: probed,
    unsaid: idle,
  },
  {
    sentence: "margins.adjustedMarginNote",
    pattern: /These intervals hold for all 2 rows together/,
    said: three,
    unsaid: equal,
  },
  {
    sentence: "power.marginSizesWanted",
    pattern: /at most 20 % less far than another whose H50 is 20 turns, with a chance of 80 %/,
    said: planned,
    unsaid: plannedRatio,
    seeds: [1],
  },
];
