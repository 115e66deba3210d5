import type { LlamaModel } from "node-llama-cpp";
import { EngineError } from "../../errors.ts";
import type { EngineEvents } from "../engine.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../../hardware/temporary-folder.ts";
import { type Chat, createChat } from "../../chat/chat.ts";
import { type Binding, loadBinding, loadFailure, tokenizerOf } from "./binding.ts";
import type { LlamaOptions } from "./options.ts";
import { type ResolvedThreads, resolveThreads } from "./resolve-threads.ts";

/** A model in memory, and what is known of it before it has a context. */
export interface LoadedModel {
  readonly binding: Binding;
  readonly model: LlamaModel;
  readonly chat: Chat;
  readonly threads: ResolvedThreads;
  /** For states of its conversations. */
  readonly folder: TemporaryFolder;
  /** Of the GPU before, by all processes; null on the CPU. */
  readonly vramBytesBefore: number | null;
}

/** @throws EngineError with what the native log said */
export async function loadForRun(options: LlamaOptions, events: EngineEvents): Promise<LoadedModel> {
  const binding = await loadBinding(options.gpu);
  const vramBytesBefore = await vramBytesUsed(binding);
  const model = await loadModel(binding, options, events);
  const chat = createChat(options.chatTemplate, tokenizerOf(model), options.chat, binding.jinja);
  const threads = await resolveThreads(binding, model, options, events);
  events.event("calibration", { ...threads });
  return { binding, model, chat, threads, folder: makeTemporaryFolder("engine"), vramBytesBefore };
}

/** Memory of the GPU that all processes use together, in bytes; null on the CPU. */
export async function vramBytesUsed({ llama }: Binding): Promise<number | null> {
  return llama.gpu === false ? null : (await llama.getVramState()).used;
}

/** What llama.cpp's names of its ways to load a file are called in the binding. */
const loadModes = {
  auto: {},
  none: { useMmap: false },
  mmap: { useMmap: true },
  mlock: { useMmap: false, useMlock: true },
  "mmap+mlock": { useMmap: true, useMlock: true },
  dio: { useDirectIo: true },
} as const;

/**
 * Loads the weights, as many layers on a GPU as asked.
 *
 * @throws EngineError with what the native log said
 */
export async function loadModel(
  binding: Binding,
  options: LlamaOptions,
  events: EngineEvents,
): Promise<LlamaModel> {
  const { gpuLayers, contextLength, parallel } = options;
  const onCpu = binding.llama.gpu === false;
  try {
    return await binding.llama.loadModel({
      modelPath: options.modelPath,
      ...loadModes[options.loadMode],
      // The plan knows what fits; the binding keeps a share of the whole card free, however little of it is.
      ignoreMemorySafetyChecks: typeof gpuLayers === "number",
      onLoadProgress: () => events.worked?.(),
      gpuLayers: onCpu
        ? 0
        : gpuLayers === "auto"
          ? { fitContext: { contextSize: contextLength * parallel } }
          : gpuLayers,
    });
  } catch (error) {
    const log = await binding.takeLog();
    throw new EngineError(
      "model_load",
      `the model cannot be loaded: ${loadFailure(error, log, options.modelPath)}`,
      log,
    );
  }
}
