import type { MemoryEstimate } from "../engine/llama/memory.ts";
import type { CheckedModel } from "../gguf/check.ts";
import { kvBytesPerLayer } from "../gguf/kv-cache.ts";
import type { Settings } from "../settings/settings.ts";
import type { AnswerLimit } from "./answer-limit.ts";
import { type Fit, fitTrial } from "./fit.ts";
import type { Inspection, MemoryJob } from "./inspect.ts";

/** A model that was looked at, and what it is to do. */
interface Looked {
  readonly model: CheckedModel;
  readonly settings: Settings;
  readonly inspection: Inspection;
  readonly limit: AnswerLimit;
  /** Whether it was found in a folder, rather than named itself. */
  readonly isFromFolder: boolean;
}

/**
 * Fits a model's run into the memory that is there.
 *
 * @param estimate what the model would take; what cannot be told does not keep it from running
 * @throws UsageError for a setting that cannot work, TooLargeError where memory is too small
 */
export function fitModel(
  { model, settings, inspection, limit, isFromFolder }: Looked,
  estimate: (job: MemoryJob) => Promise<MemoryEstimate>,
): Promise<Fit> {
  return fitTrial(
    {
      ...settings,
      modelName: model.name,
      trainContextLength: model.trainContextLength,
      kvBytesPerLayer: kvBytesPerLayer(model, settings.kvTypeK, settings.kvTypeV),
      layersAsked: settings.gpuLayers,
      batchTokens: settings.batchSize,
      droppableShare: isFromFolder ? 0 : droppableShare(model, settings.loadMode),
      inspection,
      answerLimit: limit.tokens,
    },
    (layout) => estimate({ modelPath: model.path, settings, ...layout }).catch(() => null),
  );
}

/** Pages of the file that the system may drop and read again: not what llama.cpp repacks, holds fast or reads itself. */
function droppableShare({ bytes, repackedBytes }: CheckedModel, loadMode: Settings["loadMode"]): number {
  return loadMode === "auto" || loadMode === "mmap" ? Math.max(0, 1 - repackedBytes / bytes) : 0;
}
