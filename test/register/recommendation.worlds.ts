import type { Conclusion, World } from "./world.ts";

/** Simulated models in one file, each with its truth, and what `compare` says of them. */
function compared(...models: readonly string[]): World {
  return comparedOver("--rollouts 60 --turns 40", ...models);
}

function comparedOver(shape: string, ...models: readonly string[]): World {
  const runs = models.map((model) => `run ${shape} --seed {seed} --quiet --engine scripted:${model}`);
  return { commands: [...runs, "compare"] };
}

/** With what each held at its most. */
function holding(world: World, bytes: Readonly<Record<string, number>>): World {
  const tampering = Object.entries(bytes)
    .map(([name, held]) => `UPDATE run SET peak_rss_bytes = ${held} WHERE name = '${name}';`)
    .join("");
  return { ...world, tampering };
}

const farSlow = "p=0.99,decode-ms=200,seed=1{seed} --name far";
const farFast = "p=0.99,decode-ms=10,seed=1{seed} --name far";
const nearFast = "p=0.85,decode-ms=10,seed=2{seed} --name near";
const nearSlow = "p=0.85,decode-ms=200,seed=2{seed} --name near";
/** Two of one truth. */
const evenSlow = "p=0.95,decode-ms=40 --name slow";
const evenFast = "p=0.95,decode-ms=10 --name fast";

const tradedOff = compared(farSlow, nearFast);
const beaten = compared(farFast, nearSlow);
const even = compared(evenSlow, evenFast);
const evenBoth = compared("p=0.95,decode-ms=10 --name one", "p=0.95,decode-ms=10.01 --name other");
/** It never slips within fewer turns than the other one's horizon. */
const open = compared(farFast, "p=1,decode-ms=40 --name near --turns 8");

/** Turns are all asked behind the right history, and their shares are what is tested. */
const given = comparedOver(
  "--rollouts 60 --turns 40 --history healed",
  "p=0.99,decode-ms=10,seed=1{seed} --name far",
  "p=0.85,decode-ms=10,seed=2{seed} --name near",
);
/** One of two equal ones was interrupted. */
const halfDone: World = {
  ...evenBoth,
  tampering: "UPDATE run SET status = 'interrupted' WHERE name = 'other';",
};

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "recommendation.runFurthest",
    pattern: /Run far [^:]*: it goes further than near\./,
    said: tradedOff,
    unsaid: even,
  },
  {
    sentence: "recommendation.runFurthest",
    pattern: /Run (far|third) [^:]*: it goes further than/,
    said: beaten,
    // One of the others is as good.
    unsaid: compared(farSlow, nearFast, "p=0.99,decode-ms=201,seed=1{seed} --name third"),
  },
  {
    sentence: "recommendation.runFurthest",
    pattern: /Run far [^:]*: it is right more often than near\./,
    said: given,
    unsaid: tradedOff,
  },
  {
    sentence: "recommendation.runFurthest",
    pattern: /Run far [^:]*: it goes further than near\./,
    said: tradedOff,
    unsaid: given,
  },
  {
    sentence: "recommendation.runFinished",
    pattern: /Run one [^:]*: none is shown to go further\./,
    said: halfDone,
    unsaid: evenBoth,
  },
  {
    sentence: "recommendation.unfinishedAside",
    pattern: /\. other is not finished and left aside: so far nothing shows that it gets less far\./,
    said: halfDone,
    unsaid: { ...beaten, tampering: "UPDATE run SET status = 'interrupted' WHERE name = 'near';" },
  },
  {
    sentence: "recommendation.runFaster",
    pattern:
      /Run fast \([^)]+\)[^)]*\): which of (fast and slow|slow and fast) goes further is not told, and none of them is shown to make 30 % more right turns a second than it, or to take less memory\./,
    said: even,
    unsaid: evenBoth,
  },
  {
    sentence: "recommendation.runFaster",
    pattern: /Run fast [^:]*: which of [a-z ]+ is not told, and none of them is shown to make/,
    said: holding(even, { fast: 1.02e9, slow: 1e9 }),
    // Fast, and too large.
    unsaid: holding(even, { fast: 1.1e9, slow: 1e9 }),
  },
  {
    sentence: "recommendation.runFaster",
    pattern: /is not told, and none of them/,
    said: even,
    unsaid: tradedOff,
  },
  {
    sentence: "recommendation.runAny",
    pattern:
      /Run any of (one|other) [^:]*: none of them is shown to go further, to be faster or to take less memory/,
    said: evenBoth,
    unsaid: even,
  },
  {
    sentence: "recommendation.runByNeed",
    pattern: /Run fast [^:]* for speed, or slow [^:]* for memory: which of [a-z ]+ goes further is not told/,
    said: holding(even, { fast: 2e9, slow: 1e9 }),
    unsaid: holding(even, { fast: 1e9, slow: 2e9 }),
  },
  {
    sentence: "recommendation.runNone",
    pattern: /None of these can be recommended: even (one|other), which gets as far as any, is at the floor/,
    said: compared("p=0.1 --name one", "p=0.1,seed=2{seed} --name other"),
    unsaid: evenBoth,
  },
  {
    sentence: "recommendation.runInstead",
    pattern: /Less far, but faster or smaller: near [^:;]*, [0-9.]+ times as fast\./,
    said: tradedOff,
    unsaid: beaten,
  },
  {
    sentence: "recommendation.runInstead",
    pattern: /Less far, but faster or smaller: near [^:;]*, in 50 % of the memory\./,
    said: holding(beaten, { far: 2e9, near: 1e9 }),
    unsaid: holding(beaten, { far: 1e9, near: 2e9 }),
  },
  {
    sentence: "recommendation.leaveOut",
    pattern: /Beaten in how far they get and in right turns a second: near \(by far\)/,
    said: beaten,
    unsaid: tradedOff,
  },
  {
    sentence: "recommendation.leaveOut",
    pattern: /Beaten in how far they get, in right turns a second and in memory: near \(by far\)/,
    said: holding(beaten, { far: 1e9, near: 2e9 }),
    // Nobody told of memory.
    unsaid: beaten,
  },
  {
    sentence: "recommendation.leaveOut",
    pattern: /Beaten in how far/,
    said: beaten,
    unsaid: open,
  },
  {
    sentence: "recommendation.leaveOut",
    pattern: /Beaten in how far/,
    said: beaten,
    // Smaller is worth something, too.
    unsaid: holding(beaten, { far: 2e9, near: 1e9 }),
  },
  {
    sentence: "recommendation.undecidedBetween",
    pattern:
      /Undecided between (better and worse|worse and better) \(about [0-9,]+ rollouts more of each, [0-9.]+ m?s[^)]*\): so many would tell, if they differ as they seem to/,
    said: comparedOver(
      "--rollouts 14 --turns 40",
      "p=0.95,decode-ms=10,seed=1{seed} --name better",
      "p=0.92,decode-ms=10,seed=2{seed} --name worse",
    ),
    unsaid: tradedOff,
    // Of some seeds so few rollouts look equal, or show the difference.
    seeds: [1, 5, 7],
  },
  {
    sentence: "recommendation.tooAlike",
    pattern: /Even 20 times as many rollouts would not tell (one from other|other from one), if/,
    // What a simulated model answers is decided by its parameters and the instance: these two err in the same turns.
    said: evenBoth,
    unsaid: tradedOff,
  },
  {
    sentence: "recommendation.longerNeeded",
    pattern: /Too few first errors to tell (one from other|other from one): more turns \(--turns\) tell more/,
    said: comparedOver(
      "--rollouts 20 --turns 5",
      "p=0.999,decode-ms=10 --name one",
      "p=0.999,decode-ms=10.01 --name other",
    ),
    unsaid: evenBoth,
  },
];
