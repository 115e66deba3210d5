import type { KvType } from "../../gguf/tensor-types.ts";
import type { Template } from "../../chat/template.ts";
import type { ChatOptions } from "../../chat/variables.ts";
import type { ThreadPlan, ThreadSource, Tuning } from "../../hardware/facts.ts";
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
  /** `auto`: where llama.cpp finds that the backend can do it. */
  readonly flashAttention: "auto" | "on" | "off";
  /** Tokens of a native batch at most. */
  readonly batchSize: number;
  readonly loadMode: "auto" | "none" | "mmap" | "mlock" | "mmap+mlock" | "dio";
  /** A LoRA adapter's file; absent: none. */
  readonly loraPath?: string;
  /** Why so many conversations at a time, and what was tried; absent: not told. */
  readonly chosen?: Pick<Tuning, "conversationsTried" | "parallelBecause">;
  /** How it was fitted to the machine when its run began; absent: it is fitted now. */
  readonly known?: { readonly threads: ThreadPlan; readonly by: ThreadSource };
  readonly chat: ChatOptions;
  /** From the file's metadata; null where it cannot be known. */
  readonly kvBytesPerToken: number | null;
}

/** What the binding calls a type of the KV cache. */
export function kvName(type: KvType): Uppercase<KvType> {
  return type.toUpperCase() as Uppercase<KvType>;
}
