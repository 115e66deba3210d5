import type { LlamaModel } from "node-llama-cpp";
import { EngineError } from "../../errors.ts";
import { type Binding, loadFailure } from "./binding.ts";
import type { LlamaOptions } from "./options.ts";

/** @throws EngineError `model_load` with what the native log said */
export async function loadModel(binding: Binding, options: LlamaOptions): Promise<LlamaModel> {
  const { gpuLayers, contextLength, parallel } = options;
  const onCpu = binding.llama.gpu === false;
  try {
    return await binding.llama.loadModel({
      modelPath: options.modelPath,
      ...loadModes[options.loadMode],
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

/** What llama.cpp's names of its ways to load a file are called in the binding. */
const loadModes = {
  auto: {},
  none: { useMmap: false },
  mmap: { useMmap: true },
  mlock: { useMmap: false, useMlock: true },
  "mmap+mlock": { useMmap: true, useMlock: true },
  dio: { useDirectIo: true },
} as const;
