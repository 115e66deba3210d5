import type { Conclusion, World } from "./world.ts";

/** Two runs, each with the flags that say when a rollout ends. */
function two(one: string, other: string): World {
  const run = (rest: string) => `run --quiet --seed {seed} --rollouts 60 --turns 40 ${rest}`;
  return { commands: [run(one), run(other), "compare 1 2 --across"] };
}

const weak = "--engine scripted:p=0.9,seed={seed} --name weak";
const strong = "--engine scripted:p=0.99,seed={seed} --name strong";
const short = "--until first-error";

/** A model that its own errors lead astray, with its own history and with the true one. */
const bred = "--engine scripted:p=0.98,conditioning=30,seed={seed}";
const own = `${bred} --name own`;
const healed = `${bred} --name healed --history healed`;

export const conclusions: readonly Conclusion[] = [
  // How far rollouts get is known to the first error, wherever they end: horizons and tests mix both.
  {
    sentence: "conclusions.furtherSentence",
    pattern: /strong goes further than weak: .*log-rank/,
    said: two(weak, `${strong} ${short}`),
    unsaid: two(weak, `${weak.replace("--name weak", "--name strong")} ${short}`),
  },
  // How often turns are right is not: what is asked after an error, one of the two does not know.
  {
    sentence: "conclusions.rightMoreOftenSentence",
    pattern: /is right more often than|No difference in turn accuracy shown/,
    said: two(own, healed),
    unsaid: two(own, `${healed} ${short}`),
  },
  {
    sentence: "conclusions.rightMoreOftenSentence",
    pattern: /is right more often than|No difference in turn accuracy shown/,
    said: two(own, healed),
    unsaid: two(`${own} ${short}`, healed),
  },
  {
    sentence: "cautions.survivorsOnly",
    pattern: /note: strong: rollouts ended at their first error: turn accuracy is of survivors only\./,
    said: two(weak, `${strong} ${short}`),
    unsaid: two(weak, strong),
  },
];
