import type { Conclusion, World } from "./world.ts";

/** A run of a simulated model, and what is asked of it. */
function asked(question: string, spec: string, flags = "--rollouts 50 --turns 60"): World {
  return {
    commands: [`run --engine scripted:${spec},seed={seed} ${flags} --seed {seed} --quiet`, question],
  };
}

const causes = "compare --metric slips";
/** Errors by 1 to 20 without meaning, and others of which a part or all have one. */
const meaningless = asked(causes, "p=0.9");
const otherKeys = asked(causes, "p=0.95,other-key=0.4");
const forgotten = asked(causes, "p=0.95,forget-total=0.4");
const manySlips = asked(causes, "p=0.2", "--rollouts 60 --turns 60");
/** After the first slip nine of ten rollouts say the same for ever. */
const stuck = "p=0.95,after-slip-repeat=0.9";
const toFirstError = "--rollouts 50 --turns 60 --until first-error";

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "slips.singleSlip",
    pattern: /fits the value of \w+ for \w+, (the entry beside it|\d+ entries away) \(chance \d+ %\)/,
    said: asked("show 1 --rollout 0", "p=0.5,other-key=1"),
    unsaid: asked("show 1 --rollout 0", "p=1"),
  },
  {
    sentence: "slips.singleSlip",
    pattern: /fits the turn's value without the total \(chance <?\d+ %\)/,
    said: asked("show 1 --rollout 0", "p=0.5,forget-total=1"),
    unsaid: asked("show 1 --rollout 0", "p=0.9"),
  },
  {
    sentence: "slips.slipCause",
    pattern:
      /\d+ % \(\d+ to \d+\) of the wrong numbers fit only another key's value; of errors without meaning, of the same sizes, \d+ % would/,
    said: otherKeys,
    unsaid: meaningless,
  },
  {
    sentence: "slips.slipCause",
    pattern: /of the wrong numbers fit only the turn's value without the total/,
    said: forgotten,
    unsaid: otherKeys,
  },
  {
    sentence: "slips.slipCause",
    pattern: /of the wrong numbers (fit|are)/,
    said: otherKeys,
    unsaid: meaningless,
  },
  { sentence: "slips.noSlipCause", pattern: /No cause is shown/, said: meaningless, unsaid: otherKeys },
  {
    sentence: "slips.firstSlips",
    pattern: /Causes are those of the first 2,000 of 2,\d+ wrong numbers/,
    said: manySlips,
    unsaid: meaningless,
  },
  {
    sentence: "slips.afterSlipFound",
    pattern:
      /After a slip: the next turn is right in \d+ % \(<?\d+ to \d+\), .* the longest repeat of one answer is [3-6]\d turns; 4\d of \d+ rollouts get no answer right again; at least half give/,
    said: asked(causes, stuck),
    unsaid: asked(causes, "p=0.95"),
  },
  {
    sentence: "slips.nextAfterSlip",
    pattern: /the next turn is right in \d+ %/,
    said: asked("show 1", "p=0.95"),
    unsaid: asked("show 1", "p=0.95", toFirstError),
  },
  {
    sentence: "slips.neverRightAgain",
    pattern:
      /\d+ of \d+ rollouts get no answer right again; at least half give their last right answer by turn \d+/,
    said: asked("show 1", stuck),
    unsaid: asked("show 1", "p=0.95"),
  },
  {
    sentence: "slips.neverRightAgain",
    pattern: /in all \d+ rollouts a later answer is right/,
    said: asked("show 1", "p=0.95"),
    unsaid: asked("show 1", stuck),
  },
  {
    sentence: "slips.afterSlipUnknown",
    pattern: /[Aa]fter a slip:? unknown, since rollouts ended at their first error/,
    said: asked(causes, stuck, toFirstError),
    unsaid: asked(causes, stuck),
  },
  {
    sentence: "slips.afterSlipUnknown",
    pattern: /after a slip unknown, since rollouts ended at their first error/,
    said: asked("show 1", stuck, toFirstError),
    unsaid: asked("show 1", stuck),
  },
  {
    sentence: "slips.afterSlipUnknown",
    pattern: /unknown, since turns were asked by themselves/,
    said: asked("show 1", "p=0.8", "--rollouts 30 --turns 10 --history healed --probe 10"),
    unsaid: asked("show 1", "p=0.95"),
  },
  {
    sentence: "slips.afterSlipUnknown",
    pattern: /unknown, since nothing was played after a slip/,
    said: asked("show 1", "p=0.5", "--rollouts 30 --turns 1"),
    unsaid: asked("show 1", "p=0.95"),
  },
];
