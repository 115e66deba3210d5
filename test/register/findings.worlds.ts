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

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "findings.needsWholeRunsSentence",
    pattern: /Not answered: mitigations asks for turns after the first error/,
    said: firstErrors,
    unsaid: crowded,
  },
  {
    sentence: "verdicts.baselineSentence",
    pattern: /Against own history: [^;]*window of 2 \([^;]*points[^;]*; p [^;]*right more often/,
    said: crowded,
    unsaid: indifferent,
  },
  {
    sentence: "verdicts.baselineSentence",
    pattern:
      /Against chain of thought: check first .* is right more often|check first is right more often than chain of thought/,
    said: checked,
    unsaid: thought,
  },
  {
    sentence: "findings.moreReadableSentence",
    pattern: /Form: .*: errors of form go away/,
    said: unreadable,
    unsaid: readable,
  },
  {
    sentence: "findings.equallyReadableSentence",
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
    sentence: "findings.armsAtFloorSentence",
    pattern: /At the floor, as is what/,
    said: hopeless,
    unsaid: emptied,
  },
];
