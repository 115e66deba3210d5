import type { LlamaOptions } from "../../../src/engine/llama/options.ts";
import { plainChat } from "./plain-chat.ts";

/** How tests load a reference model: on one thread of the CPU, for few short conversations. */
export function referenceOptions(modelPath: string, template: string | null | undefined): LlamaOptions {
  return {
    modelPath,
    chatTemplate: { text: template ?? "", source: "model" },
    gpu: "off",
    gpuLayers: 0,
    threads: 1,
    parallel: 3,
    contextLength: 512,
    kvTypeK: "f16",
    kvTypeV: "f16",
    flashAttention: "on",
    batchSize: 512,
    loadMode: "auto",
    chat: plainChat,
    kvBytesPerToken: null,
  };
}
