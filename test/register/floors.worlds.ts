import type { Conclusion, World } from "./world.ts";
import { experiment } from "./findings.worlds.ts";

/** One simulated model, and what is asked of its run at the end; nothing: what the run itself says. */
function world(spec: string, flags = "", ...questions: readonly string[]): World {
  const shape = "--rollouts 40 --turns 40 --seed {seed} --quiet";
  return {
    commands: [
      `run --engine scripted:${spec},seed={seed} ${shape}${flags === "" ? "" : ` ${flags}`}`,
      ...questions,
    ],
  };
}

/** Nine of ten answers cannot be read, and those that can are right. */
const unreadable = "p=1,format=0.9";
/** It looks the value up and forgets the total: right at turn 1, where there is none. */
const forgetful = "p=0.02,free-first=1,forget-total=1";
/** Off by an amount without meaning. */
const guessing = "p=0.02";
const right = "p=1";
/** Wrong at turn 2, and right in most of its turns. */
const slowToStart = "p=0.2,change=6,change-turn=6";
/** Right at turn 2, and wrong in most of its turns. */
const tired = "p=0.97,drift=-0.3";

/** Turn 1 alone is its trouble. */
const cold = "p=0.2,change=6,change-turn=2";
/** The longer, the better: not of turn 1 alone. */
const learning = "p=0.4,drift=0.15";
const steady = "p=0.9";
const decaying = "p=0.98,drift=-0.1";

const form = ["  - use: format"];
const formless = experiment("p=0.99,form=0.95", form);
const wrong = experiment("p=0.05", form);
const forgotten = experiment(forgetful, form);
/** What a level decides is what is varied. */
const varied = experiment("p=0.05", ["  - use: turns-against-keys", "    steps: 24", "    keys: [1, 2]"]);
const fine = experiment("p=0.95", form);

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "floors.floorOfFormSentence",
    pattern:
      /is at the floor of form: \d+ % \(\d+ to \d+\) of its answers can be read; of those, 100\S* % \(\S+ to 100\S*\) are right \(\d+ of \d+\)\. Try --format integer or more --shots\./,
    said: world(unreadable),
    unsaid: world(guessing),
  },
  {
    sentence: "floors.floorOfFormSentence",
    pattern: /is at the floor of form: \d+ % \(\d+ to \d+\) of its answers can be read; of those, 100\S* % /,
    said: world("p=1,form=0.8"),
    // One answer in ten can be read, and none of these is right.
    unsaid: world("p=0,format=0.9"),
  },
  {
    sentence: "floors.floorOfFormSentence",
    pattern: /of its answers can be read, so nothing can be said of how it does the task\./,
    said: world("p=1,format=1"),
    unsaid: world(unreadable),
  },
  // There is no turn 2, but few answers can be read.
  {
    sentence: "floors.floorOfFormSentence",
    pattern: /is at the floor of form: /,
    said: world("p=1,format=1", "--turns 1"),
    unsaid: world(guessing, "--turns 1"),
  },
  {
    sentence: "floors.floorOfFormSentence",
    pattern: /is at the floor of form: .* Try more --shots\./,
    said: world(unreadable, "--task matrix"),
    unsaid: world(unreadable),
  },
  {
    sentence: "floors.floorOfTaskSentence",
    pattern:
      /is at the floor of the task: 100\S* % \(\S+ to 100\S*\) of its answers can be read, and at turn 2 it is right in \d of 40 \(at most \d+ %\), so its horizon says nothing about decay\..* Try --task retrieval, a smaller --value-max or --level auto\./,
    said: world(guessing),
    unsaid: world(unreadable),
  },
  {
    sentence: "floors.floorOfTaskSentence",
    pattern: /is at the floor of the task: /,
    said: world(forgetful),
    unsaid: world(tired),
  },
  {
    sentence: "floors.floorOfTaskSentence",
    pattern: /is at the floor of the task: /,
    said: world(guessing),
    unsaid: world(slowToStart),
  },
  {
    sentence: "floors.floorOfTaskSentence",
    pattern:
      /is at the floor of the task: .* Try a smaller --dictionary-size or --level auto \(without --task\)\./,
    said: world(guessing, "--task retrieval"),
    unsaid: world(right, "--task retrieval"),
  },
  // Hardly any rollout got to turn 2, and what it got right of turn 1 is a look-up.
  {
    sentence: "floors.floorOfTaskSentence",
    pattern:
      /is at the floor of the task: .* and at turn 1 it is right in \d of 40 \(at most \d+ %\), so its horizon says nothing about decay\..* Try --task retrieval, a smaller --value-max, --level auto or --burn-in 4\./,
    said: world(guessing, "--until first-error"),
    unsaid: world(cold, "--until first-error"),
  },
  {
    sentence: "floors.floorOfTaskSentence",
    pattern: /is at the floor of the task: .* and at turn 2 it is right in \d of 40 /,
    said: world(forgetful, "--until first-error"),
    unsaid: world(tired, "--until first-error"),
  },
  // Turn 2 is not asked.
  {
    sentence: "floors.floorOfTaskSentence",
    pattern: /is at the floor of the task: .* and at turn 5 it is right in \d of 40 \(at most \d+ %\)\./,
    said: world(guessing, "--history healed --probe 5,8"),
    unsaid: world(right, "--history healed --probe 5,8"),
  },
  // Turn 1 alone is the whole of a look-up, and nothing of a total.
  {
    sentence: "floors.floorOfTaskSentence",
    pattern: /is at the floor of the task: .* and at turn 1 it is right in \d of 40 /,
    said: world(guessing, "--turns 1 --task retrieval"),
    unsaid: world(guessing, "--turns 1"),
  },
  // Four answers show nothing; the next turns do.
  {
    sentence: "floors.floorOfTaskSentence",
    pattern: /is at the floor of the task: .* and in the turns asked from 2 to 3 it is right in \d of 8 /,
    said: world("p=0", "--rollouts 4"),
    unsaid: world("p=0", "--rollouts 4 --turns 2"),
  },
  {
    sentence: "floors.floorOfTaskSentence",
    pattern: /is at the floor of the task: .* Try --task retrieval or --level auto \(without --task\)\./,
    said: world(guessing, "--task matrix"),
    unsaid: world(guessing),
  },
  // Beside a level only another level can be asked for, and none where it was looked for.
  {
    sentence: "cures.tryThese",
    pattern: /is at the floor of the task: .* says nothing about decay\.( Try --level auto\.)/,
    said: world(guessing, "--level dict-sum-9-of-20"),
    unsaid: world(guessing, "--level auto"),
  },
  {
    sentence: "floors.armsAtFloorNote",
    pattern:
      /note: free form is at the floor of form: most of its wrong answers cannot be read\. Try more --shots\./,
    said: formless,
    unsaid: wrong,
  },
  // What the suite has played already is not proposed.
  {
    sentence: "floors.armsAtFloorNote",
    pattern: /at the floor of form: most of \w+ wrong answers cannot be read\. Try --format integer or/,
    said: experiment("p=0.99,form=0.95", ["  - use: degradation"]),
    unsaid: formless,
  },
  {
    sentence: "floors.armsAtFloorNote",
    pattern: /at the floor of the task: .* Try --task retrieval/,
    said: wrong,
    unsaid: experiment("p=0.05", [...form, "  - { use: format, name: look-up alone, task: retrieval }"]),
  },
  // Nor in a horizon's sentence.
  {
    sentence: "floors.floorOfFormSentence",
    pattern: /is at the floor of form: .* Try --format integer or/,
    said: experiment("p=0.99,form=0.95", ["  - use: horizon"]),
    unsaid: experiment("p=0.99,form=0.95", ["  - use: horizon", ...form]),
  },
  {
    sentence: "floors.floorOfFormSentence",
    pattern: /is at the floor of form: .* Try --format integer or/,
    said: world("p=1,form=0.95", "", "compare"),
    unsaid: {
      commands: [
        ...world("p=1,form=0.95").commands,
        ...world("p=1,form=0.95", "--format integer", "compare 1 2 --across").commands,
      ],
    },
  },
  {
    sentence: "floors.armsAtFloorNote",
    pattern:
      /free form and integer grammar are at the floor of the task: their answers can be read, and most are wrong from turn 2 on\. Try --task retrieval/,
    said: wrong,
    unsaid: fine,
  },
  {
    sentence: "slips.sharedSlipFound",
    pattern:
      /most are wrong from turn 2 on\. Of each one's wrong numbers that were looked at, \d+ %( to \d+ %)? fit only the turn's value without the total\. Try --task retrieval/,
    said: forgotten,
    unsaid: wrong,
  },
  {
    sentence: "floors.armsAtFloorNote",
    pattern:
      /most are wrong from turn 2 on\..* Try --task retrieval, a smaller --value-max or --level auto\./,
    said: wrong,
    unsaid: varied,
  },
  {
    sentence: "slips.mainSlipFound",
    pattern:
      /so its horizon says nothing about decay\. \d+ % \(\d+ to \d+\) of its wrong numbers fit only the turn's value without the total\. Try/,
    said: world(forgetful, "", "compare"),
    unsaid: world(guessing, "", "compare"),
  },
  {
    sentence: "slips.mainSlipFound",
    pattern: /% \(\d+ to \d+\) of its wrong numbers fit only the turn's value without the total\./,
    said: world("p=0.9,forget-total=0.9", "", "show 1"),
    unsaid: world("p=0.9,forget-total=0.2", "", "show 1"),
  },
  {
    sentence: "cold-starts.coldStartSentence",
    pattern:
      /starts cold: turn 1 is its worst turn, right in \d+ of 40, later turns in 1,[45]\d\d of 1,560 \(\d+ points more, 95 % \d+ to \d+\); turn 1 left out, (fewer than|at least) half.*\. Try --burn-in 4\./,
    said: world(cold),
    unsaid: world(decaying),
  },
  {
    sentence: "cold-starts.coldStartSentence",
    pattern: /starts cold: .*\. Try a longer --burn-in\./,
    said: world(cold, "--burn-in 2"),
    // A burn-in is refused beside a history that leaves turns out.
    unsaid: world(cold, "--history window:2"),
  },
  {
    sentence: "cold-starts.coldStartSentence",
    pattern: /starts cold/,
    said: world(cold),
    unsaid: world(steady),
  },
  {
    sentence: "cold-starts.coldStartSentence",
    pattern: /starts cold/,
    said: world(learning),
    // Whoever is wrong at turn 1 is asked no later one: nothing is known.
    unsaid: world(cold, "--until first-error"),
  },
  {
    sentence: "cold-starts.improvesSentence",
    pattern:
      /improves with turns: right in \S+ % \(\S+ to \S+\) of turns 2 to 20 and in \S+ % \(\S+ to \S+\) of turns 22 to 40 \(\S+ points more, 95 % \S+ to \S+\)/,
    said: world(learning),
    unsaid: world(decaying),
  },
  {
    sentence: "cold-starts.improvesSentence",
    pattern: /improves with turns/,
    said: world(learning),
    unsaid: world(cold),
  },
  // What is said of decay leaves a cold start out: at turn 1 alone it fails.
  {
    sentence: "rows.failsAtOnceSentence",
    pattern: /fails at turn 1: fewer than half of its rollouts get even that right/,
    said: world(guessing),
    unsaid: world(cold),
  },
];
