import { ggufText } from "./gguf-text.ts";
import type { Conclusion, World } from "./world.ts";

const model = ggufText({ "general.architecture": "llama", "llama.context_length": 64 });
/** Its cache takes terabytes; the file itself is small. */
const largeModel = ggufText({
  "general.architecture": "llama",
  "llama.block_count": 256,
  "llama.embedding_length": 0x700000,
  "llama.attention.head_count": 1,
  "llama.attention.head_count_kv": 1,
});
const projector = ggufText({ "general.architecture": "clip", "general.type": "mmproj" });
const digest = (letter: string): string => letter.repeat(64);
const manifest = (kinds: readonly string[]): string =>
  JSON.stringify({
    layers: kinds.map((kind) => ({
      mediaType: `application/vnd.ollama.image.${kind}`,
      digest: `sha256:${digest(kind === "model" ? "a" : "b")}`,
    })),
  });
const ollama = (kinds: readonly string[]): World => ({
  files: {
    [`blobs/sha256-${digest("a")}`]: model,
    "manifests/registry.ollama.ai/library/small/latest": manifest(kinds),
  },
  commands: ["models {folder}"],
});

const answering: World = { files: { "m.gguf": model }, commands: ["models {folder}"] };
const beside: World = { files: { "p.gguf": projector }, commands: ["models {folder}"] };
const tooLarge: World = { files: { "m.gguf": largeModel }, commands: ["models {folder}"] };
const seeds = [1];

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "model-folders.apartBecause",
    pattern: /p\.gguf a projector for images or sound/,
    said: beside,
    unsaid: answering,
    seeds,
  },
  {
    sentence: "model-folders.fitsEstimated",
    pattern: /weights and the KV cache of one conversation, estimated from the header/,
    said: answering,
    unsaid: beside,
    seeds,
  },
  {
    sentence: "model-folders.ollamaUnused",
    pattern: /Ollama's own templates and parameters are not used: a run takes/,
    said: ollama(["model"]),
    unsaid: answering,
    seeds,
  },
  {
    sentence: "model-folders.ollamaUnused",
    pattern: /are not used, nor is its LoRA adapter:/,
    said: ollama(["model", "adapter"]),
    unsaid: ollama(["model"]),
    seeds,
  },
  {
    sentence: "model-folders.noModelFound",
    pattern:
      /No model was found in 1 folder: [^]*longhaul models FOLDER\.\s+Two small reference models ship\s+with\s+the\s+program: longhaul run/,
    said: beside,
    unsaid: answering,
    seeds,
  },
  {
    sentence: "model-folders.runOne",
    pattern: / Run one: longhaul run \S+m\.gguf/,
    said: answering,
    unsaid: beside,
    seeds,
  },
  {
    sentence: "model-folders.runOne",
    pattern: / Run one: /,
    said: answering,
    unsaid: tooLarge,
    seeds,
  },
];
