import type { Conclusion, World } from "./world.ts";

/** The plan of a share of a study; nothing is run. @param settings of the suite */
function planned(settings: string, shard: string, models = ""): World {
  return {
    files: {
      "s.yaml": `name: s\ndefaults: { ${settings} }\nexperiments: [{ use: horizon, rollouts: 8, turns: 4 }]\n`,
    },
    commands: [`suite plan s.yaml ${models} --shard ${shard}`.replace("  ", " ")],
  };
}

function searched(shard: string, flags = ""): World {
  return {
    files: { "s.yaml": "name: s\nexperiments: [{ use: capacity, largest: 2 }]\n" },
    commands: [`suite plan s.yaml scripted:p=0.9 --shard ${shard} ${flags}`.trimEnd()],
  };
}

/** The search above. */
const trial = "--trial e9a30207e551";

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "plan.sharesMayDiffer",
    pattern: /Near ties may come out otherwise .* evaluates together \(parallel: auto\)/,
    said: planned("until: end", "1/2"),
    unsaid: planned("parallel: 4", "1/2"),
    seeds: [1],
  },
  {
    sentence: "plan.sharesMayDiffer",
    pattern: /Near ties may come out otherwise/,
    said: planned("until: end", "1/2"),
    // A simulated model's answers have nothing to do with what is evaluated beside them.
    unsaid: planned("parallel: auto", "1/2", "scripted:p=0.9"),
    seeds: [1],
  },
  {
    sentence: "plan.sharesMayDiffer",
    pattern: /rollouts that end at their first error make room for the next ones/,
    said: planned("parallel: 4, until: first-error", "1/2"),
    unsaid: planned("parallel: 4, until: end", "1/2"),
    seeds: [1],
  },
  {
    sentence: "plan.sharesFloorAlone",
    pattern: /Each share asks until its own answers are at the floor/,
    said: planned("parallel: 4, stopAtFloor: true", "1/2", "scripted:p=0.9"),
    unsaid: planned("parallel: 4", "1/2", "scripted:p=0.9"),
  },
  {
    sentence: "plan.nothingOfTrials",
    pattern: /Share 1\/4 has no rollout of one trial/,
    said: {
      files: {
        "s.yaml":
          "name: s\ndefaults: { parallel: 4, turns: 4 }\nexperiments: [{ use: horizon, rollouts: 8 }, { use: degradation, rollouts: 16 }]\n",
      },
      commands: ["suite plan s.yaml scripted:p=0.9 --shard 1/4"],
    },
    unsaid: planned("parallel: 2", "1/4", "scripted:p=0.9"),
  },
  {
    sentence: "plan.nothingToDo",
    pattern: /Nothing of trial e9a30207e551 is left for share 2\/2: other shares play it/,
    said: searched("2/2", trial),
    unsaid: searched("1/2", trial),
  },
  {
    sentence: "plan.nothingToDo",
    pattern: /Nothing of the suite is left for share 2\/2/,
    said: searched("2/2"),
    unsaid: searched("1/2"),
  },
  {
    sentence: "plan.nothingToDo",
    pattern: /Nothing of the suite is left for share 1\/4/,
    said: planned("parallel: 4", "1/4", "scripted:p=0.9"),
    unsaid: planned("parallel: 2", "1/4", "scripted:p=0.9"),
  },
];
