import { ggufText } from "./gguf-text.ts";
import type { Conclusion, World } from "./world.ts";

const shaped = (blocks: number, width: number): string =>
  ggufText({
    "general.architecture": "llama",
    "llama.context_length": 64,
    "llama.block_count": blocks,
    "llama.embedding_length": width,
    "llama.attention.head_count": 1,
    "llama.attention.head_count_kv": 1,
  });
const model = shaped(1, 64);
/** Its cache takes gigabytes for each token. */
const huge = shaped(0x7f, 0x7f7f7f);
const real =
  "run models/longhaul-ref-early.gguf models/longhaul-ref-late.gguf --rollouts 2 --turns 3 --threads 1";
const typed = (files: Readonly<Record<string, string>>, ...before: readonly string[]): World => ({
  files,
  commands: [...before, ""],
  isTerminal: true,
});

const bare = typed({});
const one = typed({ "small.gguf": model });
const several = typed(Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((part) => [`m${part}.gguf`, model])));
const tooLarge = typed({ "huge.gguf": huge });
const measured = typed({}, real);
const seeds = [1];

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "start.whatItTells",
    pattern: /^ ?Longhaul \d\S* tells how far a local model gets before it slips/,
    said: bare,
    unsaid: { commands: ["levels"] },
    seeds,
  },
  {
    sentence: "start.modelsShown",
    pattern: /5 of 7 models on this machine \(all: \S.* models\):/,
    said: several,
    unsaid: one,
    seeds,
  },
  {
    sentence: "start.modelsShown",
    pattern: / 1 model on this machine:/,
    said: one,
    unsaid: several,
    seeds,
  },
  {
    sentence: "start.measuresFound",
    pattern: /the smallest that fits here: \S.* run small --rollouts 8 --turns 20/,
    said: one,
    unsaid: tooLarge,
    seeds,
  },
  {
    sentence: "start.measuresFound",
    pattern: /the two smallest that fit here, on the same instances: \S.* run m1 m2 --rollouts 8 --turns 20/,
    said: several,
    unsaid: one,
    seeds,
  },
  {
    sentence: "start.measuresReferences",
    pattern:
      /No model was found here\. This line measures the two tiny reference models that ship: \S.* run --rollouts 8/,
    said: bare,
    unsaid: tooLarge,
    seeds,
  },
  {
    sentence: "start.measuresReferences",
    pattern: /None of them is known to fit here\. This line/,
    said: tooLarge,
    unsaid: bare,
    seeds,
  },
  {
    sentence: "start.takesAbout",
    pattern: /It takes about \S+ \S+, by their runs in the database \(on \S/,
    said: measured,
    unsaid: bare,
    seeds,
  },
  {
    sentence: "start.takesUnknown",
    pattern: /How long it takes here is unknown until they ran once/,
    said: bare,
    unsaid: measured,
    seeds,
  },
  {
    sentence: "start.takesUnknown",
    pattern: /How long it takes is unknown until they ran here once; with --dry-run/,
    said: typed({ "small.gguf": model }, real),
    unsaid: measured,
    seeds,
  },
  {
    sentence: "start.whereModelsAre",
    pattern: /Any model in a GGUF file can be measured\. Ollama/,
    said: bare,
    unsaid: one,
    seeds,
  },
  {
    sentence: "start.nextCommands",
    pattern: / compare sets the models that ran side by side/,
    said: measured,
    unsaid: bare,
    seeds,
  },
];
