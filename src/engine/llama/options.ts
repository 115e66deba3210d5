import type { KvType } from "../../gguf/tensor-types.ts";
import type { Template } from "../../chat/template.ts";
import type { ChatOptions } from "../../chat/variables.ts";
import type { GpuChoice } from "./binding.ts";

/** How a model is loaded. `auto` is resolved by the engine and read back in `EngineInfo`. */
export interface LlamaOptions {
  readonly modelPath: string;
  readonly chatTemplate: Template;
  readonly gpu: GpuChoice;
  readonly gpuLayers: number | "auto";
  readonly threads: number | "auto";
  readonly parallel: number;
  /** Tokens per conversation. */
  readonly contextLength: number;
  readonly kvTypeK: KvType;
  readonly kvTypeV: KvType;
  /** `auto`: wherever it exists; llama.cpp leaves it out by itself where it does not. */
  readonly flashAttention: "auto" | "on" | "off";
  readonly chat: ChatOptions;
  /** From the file's metadata; null where it cannot be known. */
  readonly kvBytesPerToken: number | null;
}
