import { experiment } from "./findings.worlds.ts";
import type { Conclusion, World } from "./world.ts";

const probed = ["  - use: self-conditioning", "    rates: [0, 1]", "    probe: [40]"];
const everyTurn = ["  - use: self-conditioning", "    rates: [0, 0.5, 1]"];
const small = "turns: 40, rollouts: 20";

/** Right at rate 0 and nearly always wrong at rate 1: no finite slope, and the strongest effect there is. */
const parted = experiment("p=0.9999,conditioning=11", probed, small);
/** The same questions, and errors shown do nothing. */
const untouched = experiment("p=0.7", probed, small);
const bred = experiment("p=0.95,conditioning=2", everyTurn, small);
const careful = experiment("p=0.6,conditioning=-2", everyTurn, small);
/** It gets worse with the turns, whatever it sees. */
const tiring = experiment("p=0.95,drift=-0.05", everyTurn, small);
const flawless = experiment("p=1", probed, small);
const hopeless = experiment("p=0", probed, small);
const oneRate = experiment(
  "p=0.9",
  ["  - use: self-conditioning", "    rates: [0.5]"],
  "turns: 10, rollouts: 5",
);
const oneRollout = experiment("p=0.9", everyTurn, "turns: 10, rollouts: 1");
/** Both right at rate 0, one of them at rate 1. */
const twoRollouts = experiment("p=0.9999,conditioning=11", probed, "turns: 40, rollouts: 2");

const degradation = ["  - use: degradation"];
const sized = "turns: 60, rollouts: 60";
const ownErrors = experiment("p=0.98,conditioning=30", degradation, sized);
const length = experiment("p=0.98,drift=-0.05", degradation, sized);

/** Two models on the same instances behind the same planted errors. */
function beside(one: string, other: string): World {
  const world = experiment(one, ["  - use: self-conditioning", "    probe: [20, 30, 40]"], small);
  return {
    ...world,
    commands: world.commands.map((command) =>
      command.replace(" --quiet", ` scripted:seed={seed},${other} --quiet`),
    ),
  };
}
/** What errors take from either is the same, though one is better throughout. */
const alikeBred = beside("p=0.97,conditioning=2", "p=0.8,conditioning=2");
const unlikeBred = beside("p=0.9,conditioning=6", "p=0.9,conditioning=0.5");
/** Errors take from neither, and make one of them much more careful. */
const unlikeCareful = beside("p=0.5,conditioning=-0.5", "p=0.3,conditioning=-5");
/** Many rollouts are cut, and those that are not tell the models hardly apart. */
const cutShort = beside("p=0.9,conditioning=1,cut-full=0.04", "p=0.9,conditioning=0.5,cut-full=0.04");
/** One or two rollouts are cut: whatever they would have answered, it remains. */
const hardlyCut = beside("p=0.9,conditioning=6,cut-full=0.01", "p=0.9,conditioning=0.5,cut-full=0.01");

/** Its own history, asked what goes with errors. */
function described(spec: string, history = "own"): World {
  return {
    commands: [
      `run --engine scripted:seed={seed},${spec} --seed {seed} --rollouts 60 --turns 40 --history ${history} --quiet`,
      "compare 1 --metric self-conditioning",
    ],
  };
}
const drifting = described("p=0.99,drift=-0.1");
const steady = described("p=0.95");
const healed = described("p=0.95", "healed");

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "conditioning.slopeSentence",
    pattern: /errors breed errors: right in 100 % .*log-odds change by at most −\d/,
    said: parted,
    unsaid: untouched,
  },
  {
    sentence: "conditioning.slopeSentence",
    pattern: /errors breed errors: right in .*; log-odds change by −[12]\.\d+ \(95 % −\d\.\d+ to −\d\.\d+\)/,
    said: bred,
    unsaid: tiring,
  },
  {
    sentence: "conditioning.slopeSentence",
    pattern: /errors shown make it more careful: .* log-odds change by \d/,
    said: careful,
    unsaid: bred,
  },
  {
    sentence: "conditioning.slopeSentence",
    pattern: /no effect of shown errors can be told: right in/,
    said: tiring,
    unsaid: parted,
  },
  {
    sentence: "conditioning.slopeSentence",
    pattern: /no slope can be told: every turn was right at every rate/,
    said: flawless,
    unsaid: hopeless,
    seeds: [1],
  },
  {
    sentence: "conditioning.slopeSentence",
    pattern: /no slope can be told: every turn was wrong at every rate/,
    said: hopeless,
    unsaid: flawless,
    seeds: [1],
  },
  {
    sentence: "conditioning.slopeSentence",
    pattern: /no slope can be told: errors were planted at one rate only/,
    said: oneRate,
    unsaid: oneRollout,
    seeds: [1],
  },
  {
    sentence: "conditioning.slopeSentence",
    pattern: /no slope can be told: fewer than two instances were played/,
    said: oneRollout,
    unsaid: oneRate,
    seeds: [1],
  },
  {
    sentence: "conditioning.slopeSentence",
    pattern: /no slope can be told: so few instances leave any slope possible/,
    said: twoRollouts,
    unsaid: parted,
    seeds: [1],
  },
  {
    sentence: "conditioning.slopePairsSentence",
    pattern:
      /noise, up to 10, between models: errors shown weigh more on \S*conditioning=6\S* than on \S*conditioning=0\.5\S* \(log-odds fall by [3-9]\.\d more, 95 % [1-6]/,
    said: unlikeBred,
    unsaid: alikeBred,
  },
  {
    sentence: "conditioning.slopePairsSentence",
    pattern:
      /between models: the slopes differ: \d\.\d on \S*conditioning=-0\.5, \d\.\d on \S*conditioning=-5 \(by \d\.\d, 95 % \d/,
    said: unlikeCareful,
    unsaid: unlikeBred,
  },
  {
    sentence: "conditioning.slopePairsSentence",
    pattern: /between models: errors shown weigh more on/,
    said: hardlyCut,
    unsaid: unlikeCareful,
  },
  {
    sentence: "conditioning.slopePairsSentence",
    pattern:
      /no difference shown between the slopes of [^;]*; turns that cut rollouts lack could turn it round/,
    said: cutShort,
    unsaid: hardlyCut,
  },
  {
    sentence: "conditioning.slopePairsSentence",
    pattern: /between models: no difference shown between the slopes of /,
    said: alikeBred,
    unsaid: unlikeBred,
  },
  {
    sentence: "conditioning.descriptionSentence",
    pattern: /errors and errors shown go together; length and hard instances do the same/,
    said: drifting,
    unsaid: steady,
  },
  {
    sentence: "conditioning.descriptionSentence",
    pattern: /no error was shown before any turn/,
    said: healed,
    unsaid: steady,
    seeds: [1],
  },
  {
    sentence: "conditioning.lengthSentence",
    pattern: /length alone costs \d+\.?\d* points \(95 % \d/,
    said: length,
    unsaid: ownErrors,
  },
  {
    sentence: "conditioning.lengthSentence",
    pattern: /no effect of length shown \(95 % −/,
    said: ownErrors,
    unsaid: length,
  },
  {
    sentence: "conditioning.ownErrorsSentence",
    pattern: /Its own errors cost \d+ points: own history \d+ %, healed \d+ % at the same turns/,
    said: ownErrors,
    unsaid: length,
  },
  {
    sentence: "conditioning.ownErrorsSentence",
    pattern: /No effect of its own errors shown: own history/,
    said: length,
    unsaid: ownErrors,
  },
];
