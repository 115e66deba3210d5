import type { Conclusion, World } from "./world.ts";

/** One simulated model; further flags behind. */
function run(name: string, spec: string, ...flags: readonly string[]): string {
  return [
    `run --quiet --engine scripted:${spec} --name ${name}`,
    "--seed {seed} --rollouts 50 --turns 40",
    ...flags,
  ].join(" ");
}

/** So many models of one strength, each with errors of its own. */
function several(name: string, count: number, p: number, ...flags: readonly string[]): string[] {
  return Array.from({ length: count }, (_, at) =>
    run(`${name}${at + 1}`, `p=${p},seed=${at + 1}{seed}`, ...flags),
  );
}

const runsOfTwelve = [...several("top", 3, 0.99), ...several("middle", 4, 0.9), ...several("low", 5, 0.6)];
/** Three as good as each other, four behind them, five behind these. */
const twelve: World = { commands: [...runsOfTwelve, "compare"] };
const equal = several("same", 6, 0.95);
const sixEqual: World = { commands: [...equal, "compare"] };
const oneAhead: World = { commands: [...equal.slice(0, 4), run("far", "p=0.995,seed={seed}"), "compare"] };
const given = "--history healed";
const rightMoreOften: World = {
  commands: [run("far", "p=0.99,seed={seed}", given), ...several("same", 4, 0.9, given), "compare"],
};
/** Better within its turns, which are few: others may get further in theirs. */
const short: World = {
  commands: [
    run("short", "p=0.9998,seed=3{seed}", "--turns 15 --rollouts 100"),
    ...several("long", 3, 0.99, "--rollouts 100"),
    "compare",
  ],
};
/** As good as the best, but that rollouts are lost, the weak ones first. */
const cut: World = {
  commands: [
    ...equal.slice(0, 3).map((command) => command.replace(",seed", ",frailty=2,seed")),
    run("lossy", "p=0.97,seed=9{seed},frailty=2,cut-full=0.02,cut-skill=1.5", "--rollouts 100"),
    "compare",
  ],
};
const few = "--rollouts 10 --turns 5";
const fewErrors: World = {
  commands: [
    run("perfect", "p=1", few),
    run("nearly", "p=0.95,seed={seed},free-first=1", few),
    ...several("low", 3, 0.3, few),
    "compare",
  ],
};
const hardlyAny: World = {
  commands: [...several("none", 3, 1, few), run("none4", "p=0.95,seed=1", few), "compare"],
};
/** Up to a first error healed is what the others are, so who is ahead there is chance. */
const healed = (conditioning: number): World => ({
  commands: [
    ...[1, 2, 3].map((at) => run(`own${at}`, `p=0.98,conditioning=${conditioning},seed=${at}{seed}`)),
    run("healed", `p=0.98,conditioning=${conditioning},seed=4{seed}`, given),
    "compare own1 own2 own3 healed --across",
  ],
});
/** Four rows, the last two with a trouble of their own. */
const troubled = (spec: string): World => ({
  commands: [
    ...equal.slice(0, 2),
    run("one", `${spec},seed=7{seed}`),
    run("other", `${spec},seed=8{seed}`),
    "compare",
  ],
});
const cold = troubled("p=0.2,change=6,change-turn=2");
const learning = troubled("p=0.7,drift=0.1");
const steady = troubled("p=0.95");
const tampered = (sql: string): World => ({ ...steady, tampering: sql });
const status = (name: string, status: string): string =>
  `UPDATE run SET status = '${status}' WHERE name = '${name}'`;
const without = "DELETE FROM turn WHERE run_id = 4";
const oneSeed = [1] as const;

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "tiers.tiedSentence",
    pattern:
      /Cannot be told from the best, top\d: top\d and top\d\. Shown to be behind it: the 9 others \(log-rank tests, adjusted for 11 comparisons with whichever row is ahead\)/,
    said: twelve,
    unsaid: sixEqual,
  },
  { sentence: "tiers.tiedSentence", pattern: /Shown to be behind it/, said: twelve, unsaid: sixEqual },
  // Who is ahead is not told from its equals, whatever is behind them.
  {
    sentence: "tiers.aloneAheadSentence",
    pattern: /far goes further than all 4 others \(log-rank tests, adjusted for 4 comparisons/,
    said: oneAhead,
    unsaid: twelve,
  },
  {
    sentence: "tiers.aloneAheadSentence",
    pattern: /goes further than all/,
    said: oneAhead,
    unsaid: sixEqual,
  },
  {
    sentence: "tiers.aloneAheadSentence",
    pattern:
      /far is right more often than all 4 others \(permutation tests of turn accuracy, adjusted for 4 comparisons/,
    said: rightMoreOften,
    unsaid: oneAhead,
  },
  {
    sentence: "tiers.aloneAheadSentence",
    pattern: /healed is right more often than all 3 others/,
    said: healed(30),
    unsaid: healed(0),
    seeds: oneSeed,
  },
  {
    sentence: "tiers.aloneAheadSentence",
    pattern: /short is ahead, within the turns that both had, of all 3 others/,
    said: short,
    unsaid: oneAhead,
  },
  { sentence: "tiers.aloneAheadSentence", pattern: /goes further than all/, said: oneAhead, unsaid: short },
  {
    sentence: "tiers.noneBehindSentence",
    pattern: /None of the 6 can be told from the best, same\d \(log-rank tests, adjusted for 5 comparisons/,
    said: sixEqual,
    unsaid: twelve,
  },
  {
    sentence: "tiers.untoldSentence",
    pattern:
      /Nothing can be said of (lossy and same\d|.*same\d and lossy|lossy beside .*same\d|same\d beside .*lossy): rollouts were cut short/,
    said: cut,
    unsaid: sixEqual,
  },
  {
    sentence: "tiers.untoldSentence",
    pattern: /Nothing can be said of nearly and perfect: they have too few first errors\./,
    said: fewErrors,
    unsaid: twelve,
  },
  {
    sentence: "tiers.untoldSentence",
    pattern:
      /Nothing can be said of (none\d) beside none\d, none\d or none\d: they have too few first errors\./,
    said: hardlyAny,
    unsaid: twelve,
  },
  {
    sentence: "tiers.weaknessSentence",
    pattern: /one and other start cold: turn 1 is right less often than their later turns\./,
    said: cold,
    unsaid: steady,
    seeds: oneSeed,
  },
  {
    sentence: "tiers.weaknessSentence",
    pattern: /one and other improve with turns: later ones are right more often\./,
    said: learning,
    unsaid: steady,
    seeds: oneSeed,
  },
  ...(
    [
      ["interrupted", /one was interrupted and counts as far as it came\./],
      ["running", /one is still going on and counts as far as it came\./],
      ["failed", /one failed before its end and counts as far as it came\./],
    ] as const
  ).map(([state, pattern]) => ({
    sentence: "tiers.weaknessSentence",
    pattern,
    said: tampered(status("one", state)),
    unsaid: tampered(status("one", "complete")),
    seeds: oneSeed,
  })),
  {
    sentence: "tiers.weaknessSentence",
    pattern: /one and same1 were interrupted and count as far as they came\.|same1 and one were interrupted/,
    said: tampered(`${status("one", "interrupted")}; ${status("same1", "interrupted")}`),
    unsaid: steady,
    seeds: oneSeed,
  },
  {
    sentence: "tiers.weaknessSentence",
    pattern: /other finished no turn and is left out\./,
    said: {
      commands: [...steady.commands.slice(0, 4), run("fifth", "p=0.95,seed=5{seed}"), "compare 1 2 3 4 5"],
      tampering: `${without}; ${status("other", "failed")}`,
    },
    unsaid: steady,
    seeds: oneSeed,
  },
  {
    sentence: "floors.armsAtFloorNote",
    pattern: /one and other are at the floor of the task: their answers can be read, and most are wrong/,
    said: troubled("p=0.02"),
    unsaid: steady,
    seeds: oneSeed,
  },
];
