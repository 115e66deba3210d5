import type { Conclusion, World } from "./world.ts";

const run = "run --quiet --engine scripted:p=0.97,seed={seed} --seed {seed} --rollouts 4 --turns 10";

/** As if some turns had been measured again. */
const again = (turns: string): World => ({
  commands: [run, "show 1"],
  tampering: `INSERT INTO remeasured SELECT run_id, rollout, turn, attempt, 1, 5, 5, '[]', 1, first_batch, last_batch,
    started_at, '' FROM turn WHERE rollout = 0 AND turn ${turns}`,
});

const marked: World = {
  commands: [run, "remeasure 1"],
  tampering: "UPDATE batch SET mark = 'busy' WHERE phase = 'run'",
  isRefused: true,
};

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "remeasure.measuredAgain",
    pattern: /3 turns that something disturbed were measured again later; speeds use the newer times/,
    said: again("< 4"),
    unsaid: again("> 4"),
  },
  {
    sentence: "remeasure.measuredAgain",
    pattern: /1 turn that something disturbed was measured again later/,
    said: again("= 4"),
    unsaid: { commands: [run, "show 1"] },
  },
  {
    sentence: "remeasure.nothingToRemeasure",
    pattern: /run 1: nothing disturbed its turns, or all of them were measured again; nothing is to be done/,
    said: { commands: [run, "remeasure 1"] },
    unsaid: marked,
  },
];
