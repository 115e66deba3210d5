import type { Conclusion, World } from "./world.ts";

/** One simulated model in a database of its own; further flags behind. */
function run(spec: string, ...flags: readonly string[]): string {
  return [
    "run --quiet --engine",
    `scripted:${spec}`,
    "--seed {seed} --rollouts 50 --turns 40",
    ...flags,
  ].join(" ");
}

const strongAndWeak: World = {
  commands: [
    run("p=0.995,seed=1{seed}", "--name strong"),
    run("p=0.93,seed=2{seed}", "--name weak"),
    "compare strong weak",
  ],
};
const equals: World = {
  commands: [
    run("p=0.96,seed=1{seed}", "--name one"),
    run("p=0.96,seed=4{seed}", "--name two"),
    "compare one two",
  ],
};
const alone = (spec: string, ...flags: readonly string[]): World => ({ commands: [run(spec, ...flags)] });
const never = alone("p=1");
const middling = alone("p=0.97,seed={seed}");
const lasting = alone("p=0.998,seed={seed}");
const hopeless = alone("p=0.1,seed={seed}");

/** A short run that is better within its turns than a long one that is seen to get further. */
const shortAndLong: World = {
  commands: [
    run("p=0.9998,seed=3{seed}", "--name short", "--turns 15 --rollouts 300"),
    run("p=0.9955,seed=4{seed}", "--name long", "--turns 40 --rollouts 300"),
    "compare short long",
  ],
};
const shortAndWeak: World = {
  commands: [
    run("p=0.9995,seed=3{seed}", "--name short", "--turns 15 --rollouts 100"),
    run("p=0.8,seed=4{seed}", "--name long", "--turns 80 --rollouts 100"),
    "compare short long",
  ],
};
const fewErrors: World = {
  commands: [
    run("p=1", "--name perfect", "--rollouts 10 --turns 5"),
    run("p=0.95,seed={seed},free-first=1", "--name nearly", "--rollouts 10 --turns 5"),
    "compare perfect nearly",
  ],
};
/** Both are as good; the second loses rollouts by cuts that hit the weak ones. */
const cuts: World = {
  commands: [
    run("p=0.97,seed=1{seed},frailty=2", "--name whole"),
    run("p=0.97,seed=2{seed},frailty=2,cut-full=0.02,cut-skill=1.5", "--name lossy"),
    "compare whole lossy",
  ],
};
/** Early loss and a plateau against a late cliff. */
const crossed = (cliff: string): World => ({
  commands: [
    run("p=0.955,change-turn=16,change=1.8,seed=1{seed}", "--name early", "--rollouts 100 --turns 60"),
    run(`p=0.9985,${cliff},seed=2{seed}`, "--name late", "--rollouts 100 --turns 60"),
    "compare early late",
  ],
});
const crossing = crossed("change-turn=30,change=-3.6");
const steepCliff = crossed("change-turn=34,change=-4.8");
const keys: World = {
  commands: [
    run("p=0.98,seed=1{seed}", "--name single"),
    run("p=0.98,seed=2{seed}", "--name dozen", "--keys-per-turn 6"),
    "compare single dozen --across",
  ],
};
const histories = (spec: string, ...flags: readonly string[]): World => ({
  commands: [
    run(`${spec},seed={seed}`, "--name own --turns 60 --rollouts 60", ...flags),
    run(`${spec},seed={seed}`, "--name healed --history healed --turns 60 --rollouts 60", ...flags),
    "compare own healed --across",
  ],
});
const conditioned = histories("p=0.98,conditioning=30");
const unconditioned = histories("p=0.98,drift=-0.02");
/** The effect is there, and nobody played the turns in which it shows. */
const endedAtErrors = histories("p=0.98,conditioning=30", "--until first-error");
const cutHistories = histories("p=0.98,conditioning=1,cut-full=0.02");
const threeEquals: World = {
  commands: [
    run("p=0.95,seed=1{seed}", "--name one"),
    run("p=0.95,seed=2{seed}", "--name two"),
    run("p=0.95,seed=3{seed}", "--name three"),
    "compare one two three --baseline one",
  ],
};
const threeUnequal: World = {
  commands: [
    run("p=0.95,seed=1{seed}", "--name one"),
    run("p=0.99,seed=2{seed}", "--name two"),
    run("p=0.7,seed=3{seed}", "--name three"),
    "compare one two three",
  ],
};
const withBaseline: World = {
  commands: [...threeUnequal.commands.slice(0, 3), "compare one two three --baseline one"],
};
const openThree: World = { commands: [...threeEquals.commands.slice(0, 3), "compare one two three"] };
/** More rows than are told pair by pair, unless that is asked for. */
const openFour: World = {
  commands: [
    ...threeEquals.commands.slice(0, 3),
    run("p=0.95,seed=4{seed}", "--name four"),
    "compare one two three four --pairs",
  ],
};
/** All of them fail at turn 1, so that no chance is larger than that of a difference like theirs. */
const fourAtOnce: World = {
  commands: [
    ...["one", "two", "three", "four"].map((name, at) =>
      run(`p=0.0001,seed=${at + 1}{seed}`, `--name ${name}`),
    ),
    "compare one two three four --pairs",
  ],
};
/** The long one is seen to get further than the short one's turns, the weak one is not. */
const shortAndTwo: World = {
  commands: [
    ...shortAndLong.commands.slice(0, 2),
    run("p=0.8,seed=5{seed}", "--name weak", "--turns 80 --rollouts 100"),
    "compare short long weak",
  ],
};
const perfectTwo: World = {
  commands: [run("p=1", "--name a"), run("p=1,seed=2", "--name b"), "compare a b"],
};
const differentTasks: World = {
  commands: [
    run("p=0.97,seed={seed}", "--name sum"),
    run("p=0.97,seed={seed}", "--name look-up --task retrieval"),
    "report --markdown sum look-up",
  ],
};
const alikeTasks: World = {
  commands: [...strongAndWeak.commands.slice(0, 2), "report --markdown strong weak"],
};
const interrupted: World = {
  ...strongAndWeak,
  tampering:
    "UPDATE run SET status = 'interrupted' WHERE id = 1; UPDATE rollout SET end = 'interrupted' WHERE run_id = 1",
};
const failed: World = {
  ...strongAndWeak,
  tampering: "DELETE FROM turn WHERE run_id = 2; UPDATE run SET status = 'failed' WHERE id = 2",
};
const neither: World = { ...strongAndWeak, tampering: "DELETE FROM turn; UPDATE run SET status = 'failed'" };
const oneSeed = [1] as const;
const probed: World = { commands: [run("p=0.97,seed={seed}", "--history healed --probe 10,20")] };
const unread = run("form=1,seed={seed}", "--history healed --probe 10,20");
const lost: World = {
  commands: [run("p=0.9999,seed={seed},cut-full=0.5", "--name lossy --rollouts 30")],
};

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "rows.noSlipSentence",
    pattern: /did not slip within 40 turns/,
    said: never,
    unsaid: middling,
  },
  {
    sentence: "rows.failsAtOnceSentence",
    pattern: /fails at turn 1: fewer than half/,
    said: hopeless,
    unsaid: middling,
  },
  {
    sentence: "rows.fallsBelowHalfSentence",
    pattern: /has fewer than half of its rollouts without an error from turn \d+ on/,
    said: middling,
    unsaid: lasting,
  },
  {
    sentence: "rows.keepsHalfSentence",
    pattern: /keeps at least half of its rollouts without an error for all 40 turns/,
    said: lasting,
    unsaid: middling,
  },
  {
    sentence: "rows.horizonUnknownSentence",
    pattern: /How far .* gets is unknown: \d+ of 30/,
    said: lost,
    unsaid: lasting,
  },
  {
    sentence: "conclusions.furtherSentence",
    pattern: /strong goes further than weak: H/,
    said: strongAndWeak,
    unsaid: shortAndLong,
  },
  {
    sentence: "conclusions.furtherSentence",
    pattern: /goes further/,
    said: shortAndWeak,
    unsaid: shortAndLong,
  },
  {
    sentence: "conclusions.aheadWithinSentence",
    pattern: /Within the 15 turns that both had short is ahead of long: (at turn 15|H[89]0 > 15)/,
    said: shortAndLong,
    unsaid: shortAndWeak,
  },
  {
    sentence: "conclusions.noDifferenceSentence",
    pattern: /No difference shown between/,
    said: equals,
    unsaid: strongAndWeak,
  },
  {
    sentence: "conclusions.tooFewErrorsSentence",
    pattern: /No conclusion on .*first errors? in all/,
    said: fewErrors,
    unsaid: equals,
  },
  {
    sentence: "conclusions.cutsDecideSentence",
    pattern: /No conclusion on .* cut short, and what is missing/,
    said: cuts,
    unsaid: strongAndWeak,
  },
  {
    sentence: "conclusions.cutsDecideSentence",
    pattern: /No conclusion on (own and healed|healed and own): \d+ rollouts were cut short/,
    said: cutHistories,
    unsaid: conditioned,
  },
  {
    sentence: "conclusions.endedAtErrorsSentence",
    pattern: /Not compared, since (own and healed|healed and own) differ in their history alone/,
    said: endedAtErrors,
    unsaid: conditioned,
  },
  {
    sentence: "conclusions.equallyRightSentence",
    pattern: /No difference/,
    said: unconditioned,
    unsaid: endedAtErrors,
  },
  {
    sentence: "conclusions.crossingSentence",
    pattern: /The curves of \w+ and \w+ cross; on average late has/,
    said: crossing,
    unsaid: equals,
    seeds: [2, 3],
  },
  {
    sentence: "conclusions.leadChangesSentence",
    pattern: /The curves of early and late differ and cross .*late has \S+ turns more on average/,
    said: steepCliff,
    unsaid: strongAndWeak,
    seeds: [1, 3],
  },
  {
    sentence: "conclusions.furtherSentence",
    pattern: /goes further/,
    said: strongAndWeak,
    unsaid: steepCliff,
  },
  {
    sentence: "conclusions.differentKeysSentence",
    pattern: /H50 in steps: single \d+ and dozen \d+ to \d+/,
    said: keys,
    unsaid: strongAndWeak,
  },
  { sentence: "conclusions.furtherSentence", pattern: /goes further/, said: strongAndWeak, unsaid: keys },
  {
    sentence: "conclusions.rightMoreOftenSentence",
    pattern: /healed is right more often than own at the same turns/,
    said: conditioned,
    unsaid: unconditioned,
  },
  {
    sentence: "conclusions.equallyRightSentence",
    pattern: /No difference in turn accuracy shown between/,
    said: unconditioned,
    unsaid: conditioned,
  },
  {
    sentence: "conclusions.severalFurtherSentence",
    pattern:
      /two goes further than one .* and three .*; one goes further than three .*Holm's correction over 3 pairs/,
    said: threeUnequal,
    unsaid: openThree,
  },
  {
    sentence: "conclusions.severalOpenSentence",
    pattern: /No difference shown by log-rank tests with Holm's correction over 3 pairs/,
    said: openThree,
    unsaid: threeUnequal,
  },
  {
    sentence: "conclusions.severalOpenSentence",
    pattern:
      /No difference shown by log-rank tests with Holm's correction over 6 pairs: p = (1|0\.\d+ or more) in each\./,
    said: openFour,
    unsaid: threeUnequal,
  },
  {
    sentence: "conclusions.severalOpenSentence",
    pattern: /No difference shown by log-rank tests with Holm's correction over 6 pairs: p = 1 in each\./,
    said: fourAtOnce,
    unsaid: threeUnequal,
  },
  {
    sentence: "conclusions.severalFurtherSentence",
    pattern:
      /short is ahead, within the turns that both had, of long \(at turn 15 [^;]*; p [^;]*; short goes further than weak/,
    said: shortAndTwo,
    unsaid: threeUnequal,
  },
  {
    sentence: "conclusions.baselineSentence",
    pattern: /Against one: two .* goes further; three .* goes less far/,
    said: withBaseline,
    unsaid: threeEquals,
  },
  {
    sentence: "conclusions.noneSlippedSentence",
    pattern: /Neither a nor b slipped within 40 turns/,
    said: perfectTwo,
    unsaid: equals,
  },
  {
    sentence: "rows.probedSentence",
    pattern: /answers at turns 10 and 20; asked by themselves/,
    said: probed,
    unsaid: middling,
  },
  // One that was stopped at the floor was not asked all that it was to be.
  {
    sentence: "rows.probedSentence",
    pattern: /answers at turn 10; asked by themselves/,
    said: { commands: [`${unread} --stop-at-floor`] },
    unsaid: { commands: [unread] },
  },
  {
    sentence: "conclusions.notComparedSentence",
    pattern: /Not compared, since the runs differ in task/,
    said: differentTasks,
    unsaid: alikeTasks,
    seeds: oneSeed,
  },
  {
    sentence: "rows.unfinishedSentence",
    pattern: /strong was interrupted and counts as far as it came/,
    said: interrupted,
    unsaid: strongAndWeak,
    seeds: oneSeed,
  },
  {
    sentence: "rows.unfinishedSentence",
    pattern: /strong failed before its end and counts as far as it came/,
    said: { ...strongAndWeak, tampering: "UPDATE run SET status = 'failed' WHERE name = 'strong'" },
    unsaid: interrupted,
    seeds: oneSeed,
  },
  {
    sentence: "rows.leftOutSentence",
    pattern: /weak failed and is left out/,
    said: failed,
    unsaid: strongAndWeak,
    seeds: oneSeed,
  },
  {
    sentence: "rows.noTurnSentence",
    pattern: /No run finished a turn: there is nothing to compare/,
    said: neither,
    unsaid: failed,
    seeds: oneSeed,
  },
];
