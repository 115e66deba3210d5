import type { KvType } from "../../gguf/tensor-types.ts";
import type { GpuChoice } from "./binding.ts";

/** How a model is loaded. `auto` is resolved by the engine and read back in `EngineInfo`. */
export interface LlamaOptions {
  readonly modelPath: string;
  readonly chatTemplate: { readonly text: string; readonly source: "model" | "file" | "plain" };
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
  /** Whether the template is told to let the model reason. */
  readonly thinking: boolean;
  /** From the file's metadata; null where it cannot be known. */
  readonly kvBytesPerToken: number | null;
}
