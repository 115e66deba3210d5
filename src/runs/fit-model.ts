import type { MemoryEstimate } from "../engine/llama/memory.ts";
import type { CheckedModel } from "../gguf/check.ts";
import { kvBytesPerLayer } from "../gguf/kv-cache.ts";
import type { Settings } from "../settings/settings.ts";
import { blockOf } from "../settings/shard.ts";
import { type Fit, type FitRequest, fitTrial } from "./fit.ts";
import type { MemoryJob } from "./inspect.ts";
import type { Estimate } from "./placement.ts";
import { threadWarnings } from "./thread-warnings.ts";

/** What a model would take. Rejects where nothing can be told. */
export type EstimateMemory = (job: MemoryJob) => Promise<MemoryEstimate>;

/**
 * Fits a model to the machine by what its header says and llama.cpp estimates.
 *
 * @param counted how long conversations are, and whether the weights may stay on disk
 * @throws EngineError or UnplayableError as `fitTrial` does
 */
export async function fitModel(
  model: CheckedModel,
  settings: Settings,
  counted: Pick<FitRequest, "inspection" | "answerLimit"> & { readonly mayStayOnDisk: boolean },
  estimate: EstimateMemory,
): Promise<Fit> {
  const { kvTypeK, kvTypeV, gpuLayers, batchSize, loadMode } = settings;
  const { inspection, answerLimit, mayStayOnDisk } = counted;
  const fit = await fitTrial(
    {
      ...settings,
      rollouts: blockOf(settings).count,
      modelName: model.name,
      trainContextLength: model.trainContextLength,
      kvBytesPerLayer: kvBytesPerLayer(model, kvTypeK, kvTypeV),
      layersAsked: gpuLayers,
      batchTokens: batchSize,
      droppableShare: mayStayOnDisk ? droppableShare(model, loadMode) : 0,
      inspection,
      answerLimit,
    },
    estimateWith(settings),
    settings.gpu === "auto" ? estimateWith({ ...settings, gpu: "off" }) : null,
  );
  return { ...fit, warnings: [...fit.warnings, ...threadWarnings(settings.threads)] };

  function estimateWith(asked: Settings): Estimate {
    // What cannot be told does not keep a model from running.
    return (layout) => estimate({ modelPath: model.path, settings: asked, ...layout }).catch(() => null);
  }
}

/** Pages of the file that the system may drop and read again: not what llama.cpp repacks, holds fast or reads itself. */
function droppableShare({ bytes, repackedBytes }: CheckedModel, loadMode: Settings["loadMode"]): number {
  return loadMode === "auto" || loadMode === "mmap" ? Math.max(0, 1 - repackedBytes / bytes) : 0;
}
