import type { Conclusion, World } from "./world.ts";

/** A simulated model that says how sure it is, and what is shown of it. */
function sure(spec: string, flags = "--confidence top2"): World {
  return {
    commands: [
      `run --engine scripted:${spec},seed={seed} --rollouts 120 --turns 40 --seed {seed} ${flags} --quiet`,
      "show 1",
    ],
  };
}

const doubting = sure("p=0.95,doubt=2,doubt-turns=2,slip-gap=3");
const flat = sure("p=0.95");
/** In every rollout the gap falls with the turns, and no slip is announced by it. */
const falling = sure("p=0.95,gap=9,gap-trend=-0.15");
const ties = sure("p=0.9,tie=0.5");
const unasked = sure("p=0.95,doubt=2", "--until end");

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "confidence.surenessOfAnswers",
    pattern: /gap right answers [45]\.\d+ \([45]\.\d+ to [45]\.\d+\), wrong numbers [12]\.\d+ \(/,
    said: doubting,
    unsaid: flat,
  },
  {
    sentence: "confidence.surenessOfAnswers",
    pattern: /probability right answers 0\.\d+ \(/,
    said: sure("p=0.95", "--confidence chosen"),
    unsaid: unasked,
  },
  {
    sentence: "confidence.nearTiesAmong",
    pattern: /near ties [45]\d % \(\d+ to \d+\) of \d+ wrong numbers: less than 0\.1 from another token/,
    said: ties,
    unsaid: flat,
  },
  {
    sentence: "confidence.doubtBegins",
    pattern: /doubt begins 2 turns before the first slip: the last lies [12]\.\d+ \(/,
    said: doubting,
    unsaid: falling,
  },
  {
    sentence: "confidence.doubtNotShown",
    pattern:
      /doubt not shown: the turn before the first slip lies 0\.\d+ \(-0\.\d+ to 0\.\d+\) (above|below)/,
    said: falling,
    unsaid: doubting,
    // With seed 3 doubt is told though there is none, as of one in forty: bench/statistics/results/doubt-claims.md.
    seeds: [1, 2, 4],
  },
  {
    sentence: "confidence.doubtNotShown",
    pattern: /doubt unknown, since too few first slips have turns before them/,
    said: sure("p=0.2"),
    unsaid: flat,
  },
];
