import type { Conclusion, World } from "./world.ts";

/** A suite of one experiment on one simulated model. */
export function experiment(
  spec: string,
  lines: readonly string[],
  defaults = "turns: 40, rollouts: 40",
): World {
  return {
    files: {
      "one.yaml": `name: one\ndefaults: { ${defaults}, seed: {seed} }\nexperiments:\n${lines.map((line) => `${line}\n`).join("")}`,
    },
    commands: [`suite run one.yaml scripted:seed={seed},${spec} --quiet`],
  };
}

const windows = [
  "  - use: mitigations",
  "    windows: [2]",
  "    majority: [3]",
  "    ahead: []",
  "    heal: [5]",
];
/** What it sees distracts it: a window helps. */
const crowded = experiment("p=0.995,visible-loss=0.15", windows);
/** Nothing that it sees matters. */
const indifferent = experiment("p=0.95", windows);
const firstErrors = experiment("p=0.97", windows, "turns: 10, rollouts: 12, until: first-error");
/** To think helps, to check adds nothing. */
const thought = experiment("p=0.9,cot-gain=3", windows);
const checked = experiment("p=0.9,cot-gain=0,check-gain=4", windows);

const form = ["  - use: format"];
const unreadable = experiment("p=0.97,form=0.3", form);
const readable = experiment("p=0.9", form);
const partsOfWork = experiment(
  "p=0.9",
  ["  - use: ablations", "    tasks: [dict-sum]"],
  "turns: 8, rollouts: 6",
);
/** Of four arms the two whose last turn alone was asked are left. */
const onlyProbed: World = {
  ...partsOfWork,
  commands: [...partsOfWork.commands, "compare"],
  tampering: "DELETE FROM turn WHERE run_id IN (1, 2); DELETE FROM rollout WHERE run_id IN (1, 2)",
};
const stopping = "turns: 10, rollouts: 20, stopAtFloor: true";
const stoppedBoth = experiment("format=1", form, stopping);

const steps = ["  - use: turns-against-keys", "    steps: 24", "    keys: [1, 6]"];
const largeTurns = experiment("p=0.985,key-loss=0.8", steps, "rollouts: 60");
const anyTurns = experiment("p=0.985", steps, "rollouts: 60");

const hopeless = experiment(
  "p=0.05",
  ["  - use: ablations", "    tasks: [dict-sum, retrieval]"],
  "turns: 10, rollouts: 30",
);
const emptied = experiment(
  "p=0.999,p-retrieval=0.05",
  ["  - use: ablations", "    tasks: [dict-sum, retrieval]"],
  "turns: 10, rollouts: 30",
);

/** Right at turn 2, and wrong in most of its turns: it tires. */
const tired = experiment("p=0.97,drift=-0.3", ["  - use: degradation"]);
/** Wrong at turn 2, and right in most of its turns. */
const slowToStart = experiment("p=0.2,change=6,change-turn=6", ["  - use: degradation"]);

const oneSeed = [1] as const;
const broken: World = {
  files: { "one.yaml": "name: one\nexperiments:\n  - use: format\n", "broken.gguf": "not a model" },
  commands: ["suite run one.yaml broken.gguf --quiet"],
};
/** A suite whose file is changed after it was carried out. */
const degradation = "experiments:\n  - use: degradation\n";
const changed = {
  "before.yaml": `name: one\ndefaults: { turns: 8, rollouts: 6 }\n${degradation}`,
  "after.yaml": `name: one\ndefaults: { turns: 8, rollouts: 6, valueMax: 5 }\n${degradation}`,
};
const bothSettings: World = {
  files: changed,
  commands: [
    "suite run before.yaml scripted:p=0.9 --quiet",
    "suite run after.yaml scripted:p=0.9 --quiet",
    "compare",
  ],
};
const othersControl: World = { ...bothSettings, tampering: "DELETE FROM run WHERE id IN (2, 3)" };
const stopped: World = {
  ...bothSettings,
  tampering:
    "UPDATE run SET status = 'interrupted' WHERE id = 2; DELETE FROM turn WHERE run_id = 2 AND turn > 5",
};
const answerless: World = {
  ...bothSettings,
  tampering: `UPDATE run SET status = 'failed', error = 'Out of memory.' WHERE id = 4;
    DELETE FROM turn WHERE run_id = 4; DELETE FROM rollout WHERE run_id = 4`,
};
const failedAgain: World = {
  files: changed,
  commands: [
    "suite run before.yaml scripted:p=0.9 --quiet",
    "suite run before.yaml scripted:p=0.9 --quiet",
    "compare",
  ],
  ...(answerless.tampering === undefined ? {} : { tampering: answerless.tampering }),
};

const files = {
  "small.yaml": "name: small\ndefaults: { turns: 6, rollouts: 4 }\nexperiments:\n  - use: thinking\n",
  "large.yaml": "name: large\ndefaults: { turns: 6, rollouts: 10 }\nexperiments:\n  - use: thinking\n",
};
const tooSmall: World = { files, commands: ["suite plan small.yaml scripted:p=0.9"] };
const largeEnough: World = { files, commands: ["suite plan large.yaml scripted:p=0.9"] };
const tooSmallRun: World = { files, commands: ["suite run small.yaml scripted:p=0.9 --quiet"] };

const single = "run --quiet --engine scripted:p=0.9,seed={seed} --rollouts 6 --turns 8";
const across: World = { commands: [single, `${single} --task retrieval`, "compare 1 2 --across"] };
const newest: World = { commands: [...across.commands.slice(0, 2), "compare"] };
const again: World = { commands: [single, single, "compare 1 2"] };
const repeated: World = { commands: [single, single, "compare"] };
const smoke: World = { commands: [single, single.replace("--turns 8", "--turns 3"), "compare"] };
const failedSince: World = {
  commands: repeated.commands,
  tampering: `UPDATE run SET status = 'failed', error = 'no memory' WHERE id = 2;
    DELETE FROM verdict WHERE turn_id IN (SELECT id FROM turn WHERE run_id = 2);
    DELETE FROM turn WHERE run_id = 2; DELETE FROM rollout WHERE run_id = 2`,
};

const twice = "run --quiet --engine scripted:p=0.9,seed={seed} --rollouts 4 --turns 4";
const unlikeSpeeds: World = {
  commands: [`${twice} --parallel 2 --seed 1`, `${twice} --parallel 4 --seed 2`, "compare"],
};

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "findings.needsWholeRunsSentence",
    pattern: /Not answered: mitigations asks for turns after the first error/,
    said: firstErrors,
    unsaid: crowded,
  },
  {
    sentence: "conclusions.baselineSentence",
    pattern: /Against own history: window of 2 [^;]*points.* right more often/,
    said: crowded,
    unsaid: indifferent,
  },
  {
    sentence: "conclusions.baselineSentence",
    pattern:
      /Against chain of thought: check first .* is right more often|check first is right more often than chain of thought/,
    said: checked,
    unsaid: thought,
  },
  {
    sentence: "findings.readableSentence",
    pattern: /Form: .*; errors of form go away/,
    said: unreadable,
    unsaid: readable,
  },
  {
    sentence: "findings.readableSentence",
    pattern: /Form: .*; no difference shown/,
    said: readable,
    unsaid: unreadable,
  },
  {
    sentence: "findings.stepsSentence",
    pattern: /without an error after all 24 steps: .*K=6 gets fewer of them through than K=1/,
    said: largeTurns,
    unsaid: anyTurns,
  },
  {
    sentence: "findings.armsLowSentence",
    pattern:
      /Fewer than half of the turns are right with each of dict-sum, retrieval and dict-sum from a random start,/,
    said: hopeless,
    unsaid: emptied,
  },
  {
    sentence: "findings.armsLowSentence",
    pattern: /Fewer than half of the turns are right with each of own history and healed history/,
    said: tired,
    unsaid: slowToStart,
  },
  {
    sentence: "findings.nothingAnsweredSentence",
    pattern: /No run answered/,
    said: broken,
    unsaid: readable,
    seeds: oneSeed,
  },
  // They answered, and nothing could be read.
  {
    sentence: "findings.nothingAnsweredSentence",
    pattern: /No run answered/,
    said: broken,
    unsaid: stoppedBoth,
    seeds: oneSeed,
  },
  {
    sentence: "findings.stoppedArmsSentence",
    pattern:
      /free form and integer grammar were stopped at the floor of form, so nothing is concluded from their answers\./,
    said: stoppedBoth,
    unsaid: experiment("format=1", form, "turns: 10, rollouts: 20"),
    seeds: oneSeed,
  },
  {
    sentence: "findings.stoppedArmsSentence",
    pattern: /free form was stopped at the floor of form, so nothing is concluded from its answers\./,
    said: experiment("form=1", form, stopping),
    unsaid: stoppedBoth,
    seeds: oneSeed,
  },
  {
    sentence: "findings.onlyProbedSentence",
    pattern: /Nothing is compared: turns were asked by themselves\./,
    said: onlyProbed,
    unsaid: { ...onlyProbed, tampering: "" },
    seeds: oneSeed,
  },
  {
    sentence: "findings.unpairedSentence",
    pattern:
      /healed history is compared with nothing: own history was not measured under its setting \(they differ in valueMax\)/,
    said: othersControl,
    unsaid: bothSettings,
    seeds: oneSeed,
  },
  {
    sentence: "findings.unfinishedNote",
    pattern: /healed history, valueMax 99 counts with what it has: run 2 \(6 x 8\) was interrupted\./,
    said: stopped,
    unsaid: bothSettings,
    seeds: oneSeed,
  },
  {
    sentence: "findings.silentNote",
    pattern:
      /healed history, scripted:p=0\.9 answered nothing and is left out: run 4 \(6 x 8\) failed \(Out of memory\)\./,
    said: answerless,
    unsaid: failedAgain,
    seeds: oneSeed,
  },
  {
    sentence: "notes.failedNote",
    pattern:
      /the newest run of healed history, run 4, failed \(Out of memory\): its figures are of older runs\./,
    said: failedAgain,
    unsaid: answerless,
    seeds: oneSeed,
  },
  {
    sentence: "design.cannotShowSentence",
    pattern:
      /thinking: with 4 rollouts and 3 comparisons the smallest p-value there can be is 0\.38.*It takes 7 rollouts at least/,
    said: tooSmall,
    unsaid: largeEnough,
    seeds: oneSeed,
  },
  {
    sentence: "design.cannotShowSentence",
    pattern: /so no difference could be shown/,
    said: tooSmallRun,
    unsaid: largeEnough,
    seeds: oneSeed,
  },
  {
    sentence: "notes.differentSettingsNote",
    pattern: /measured under different settings: task/,
    said: across,
    unsaid: again,
    seeds: oneSeed,
  },
  {
    sentence: "notes.leftOutNote",
    pattern: /1 run left out: of other settings, engines or suites, or without an answer/,
    said: newest,
    unsaid: across,
    seeds: oneSeed,
  },
  {
    sentence: "notes.judgedOtherwiseNote",
    pattern:
      /1 run left out: judged by another parser\. To have all judged alike: longhaul rescore 1 --parser 2 --db/,
    said: {
      ...repeated,
      tampering:
        "UPDATE verdict SET parser_version = 1 WHERE turn_id IN (SELECT id FROM turn WHERE run_id = 1)",
    },
    unsaid: repeated,
    seeds: oneSeed,
  },
  {
    sentence: "notes.repeatedNote",
    pattern: /left out as repetitions: run 1 \(6 x 8, complete\)\./,
    said: repeated,
    unsaid: again,
    seeds: oneSeed,
  },
  {
    sentence: "notes.repeatedNote",
    pattern: /left out as repetitions: run 2 \(6 x 3, complete\)\./,
    said: smoke,
    unsaid: repeated,
    seeds: oneSeed,
  },
  {
    sentence: "notes.failedNote",
    pattern: /the newest run of .*, run 2, failed \(no memory\): its figures are of older runs/,
    said: failedSince,
    unsaid: repeated,
    seeds: oneSeed,
  },
  {
    sentence: "notes.unlikeSpeedsNote",
    pattern: /not put together: \S+ \(parallel 2 and parallel 4\); --metric speed has a line for each/,
    said: unlikeSpeeds,
    unsaid: { commands: [...unlikeSpeeds.commands.slice(0, 2), "compare --metric speed"] },
    seeds: oneSeed,
  },
];
