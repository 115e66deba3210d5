import { counted, listed } from "../words/words.ts";

/** Why something that was found is not among the models. */
const reasons: Readonly<Record<string, string>> = {
  adapter: "a LoRA adapter, which goes with --lora",
  broken: "its tool's note about it cannot be read, or leads to nothing",
  draft: "a draft, which guesses tokens for another model",
  embedder: "an embedder, which answers with a vector",
  imatrix: "an importance matrix",
  mlx: "MLX: a run takes GGUF",
  projector: "a projector for images or sound",
  reranker: "a reranker, which answers with a score",
  safetensors: "safetensors: a run takes GGUF",
  speech: "a model of speech",
  vocabulary: "a vocabulary without weights",
};

/** @param detail of damage what it is, of missing parts their names, of an architecture its name */
export function apartBecause(kind: string, detail: string | null): string {
  if (kind === "damaged") return detail ?? "its header names no architecture";
  if (kind === "parts") return `parts of it are missing: ${detail}`;
  if (kind === "unloadable")
    return `the llama.cpp of this program does not know its architecture (${detail})`;
  return reasons[kind] ?? kind;
}

/** What the estimates are of. */
export function fitsEstimated(isGpuKnown: boolean, sign: string): string {
  const gpu = isGpuKnown ? "" : " Whether they fit on a GPU is unknown here.";
  return `${sign}: weights and the KV cache of one conversation, estimated from the header; run NAME --dry-run reckons it exactly.${gpu}`;
}

/** That what Ollama adds to a file is no part of a run. */
export function ollamaUnused(adapters: number): string {
  const lora =
    adapters === 0
      ? ""
      : `, nor ${adapters === 1 ? "is its LoRA adapter" : `are its ${adapters} LoRA adapters`}`;
  return `Ollama's own templates and parameters are not used${lora}: a run takes the template in the file.`;
}

/**
 * Where nothing was found, and what can be done.
 *
 * @param folders that were looked into
 * @param line that runs the models that ship
 */
export function noModelFound(folders: readonly string[], line: string): string {
  const where = folders.length === 0 ? "" : ` in ${counted(folders.length, "folder")}: ${listed(folders)}`;
  return `No model was found${where}. Any GGUF file will do, downloaded from Hugging Face or by Ollama or LM Studio; name its folder with longhaul models FOLDER. Two small reference models ship with the program: ${line}`;
}

/** @param line that runs a model */
export function runOne(line: string): string {
  return `Run one: ${line}`;
}
