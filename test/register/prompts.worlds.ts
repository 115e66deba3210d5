import type { Conclusion, World } from "./world.ts";

const oneSeed = [1];
const model = "models/longhaul-ref-early.gguf";
const real = `run ${model} --rollouts 2 --turns 3 --threads 1 --quiet`;
const simulated = "run --engine scripted:p=0.9 --rollouts 2 --turns 3 --quiet";
/** The page of what was run. */
function pageOf(run: string): World {
  return { commands: [run, "report -o {folder}/page.html"], reads: "page.html" };
}

const shown: World = { commands: [real, "show 1 --rollout 1 --prompt"] };

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "prompt.promptOf",
    pattern: /longhaul-ref-early: a prompt of \d+ tokens <\|system\|>/,
    said: { commands: [`run ${model} --print-prompt`] },
    unsaid: { commands: [`${simulated} --print-prompt`] },
    seeds: oneSeed,
  },
  {
    sentence: "prompt.messagesOf",
    pattern: /turn 3, scripted:p=0\.9: messages, this engine has no token ids system: You keep/,
    said: { commands: [simulated, "show 1 --rollout 1 --prompt"] },
    unsaid: shown,
    seeds: oneSeed,
  },
  {
    sentence: "prompt.promptOfToday",
    pattern: /Of this run it is not written down how its conversations were worded: this is how/,
    said: { ...shown, tampering: "UPDATE run SET chat = NULL" },
    unsaid: shown,
    seeds: oneSeed,
  },
  {
    sentence: "prompt.promptDiffers",
    pattern: /This is not what the model saw: its row counted 9 tokens, here are \d+\./,
    said: { ...shown, tampering: "UPDATE turn SET prompt_tokens = 9 WHERE rollout = 1 AND turn = 3" },
    unsaid: shown,
    seeds: oneSeed,
  },
  {
    sentence: "prompt.templateAround",
    pattern:
      /Turn 1 of rollout 0, as messages\. The model saw its chat template around them; this prints that, with its token ids: longhaul show 1 --rollout 0 --turn 1 --prompt --db w\.db/,
    said: pageOf(real),
    unsaid: pageOf(simulated),
    seeds: oneSeed,
  },
  {
    sentence: "prompt.messagesAlone",
    pattern: /Turn 1 of rollout 0, as messages: no template stands around them\./,
    said: pageOf(simulated),
    unsaid: pageOf(real),
    seeds: oneSeed,
  },
  {
    sentence: "prompt.promptUntold",
    pattern: /What its first turn asked cannot be told here: run 1: its wording is that of Longhaul/,
    said: { ...pageOf(simulated), tampering: "UPDATE run SET prompt_hash = 'another'" },
    unsaid: pageOf(simulated),
    seeds: oneSeed,
  },
];
