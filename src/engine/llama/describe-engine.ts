import type { EngineInfo } from "../engine.ts";
import type { CreatedContext } from "./context.ts";
import { type LoadedModel, vramBytesUsed } from "./load-model.ts";
import type { LlamaOptions } from "./options.ts";

/** What was really used, read back where the native side tells. */
export async function describeEngine(
  { binding, model, chat, threads, vramBytesBefore }: LoadedModel,
  { context, flashAttention }: CreatedContext,
  options: LlamaOptions,
): Promise<EngineInfo> {
  const { llama } = binding;
  const used = await vramBytesUsed(binding);
  const { parallel, kvBytesPerToken } = options;
  const { contextSize: contextLength, batchSize } = context;
  return {
    engine: "llama",
    parallel,
    threads: threads.plan.decodeAll,
    contextLength,
    batchSize,
    kvTypeK: options.kvTypeK,
    kvTypeV: options.kvTypeV,
    flashAttention,
    backendRequested: options.gpu,
    backendUsed: llama.gpu === false ? "cpu" : llama.gpu,
    gpuLayers: model.gpuLayers,
    templateHash: chat.hash,
    templateSource: chat.source,
    templateMode: chat.mode,
    chat: chat.facts,
    tuning: {
      threads: threads.plan,
      threadsBy: threads.by,
      tried: [...threads.tried],
      isDisturbed: threads.isDisturbed,
      conversationsTried: [],
      parallelBecause: null,
      ...options.chosen,
    },
    server: null,
    kvBytes: kvBytesPerToken === null ? null : kvBytesPerToken * contextLength * parallel,
    vramBytes: vramBytesBefore === null || used === null ? null : Math.max(0, used - vramBytesBefore),
    versions: {
      "llama.cpp": llama.llamaCppRelease.release,
      build: llama.buildType,
      system: llama.systemInfo.trim(),
    },
    warnings: chat.warnings,
  };
}
