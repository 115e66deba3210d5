import type { Template } from "../chat/template.ts";
import type { LlamaOptions } from "../engine/llama/options.ts";
import type { CheckedModel } from "../gguf/check.ts";
import { kvBytesPerToken } from "../gguf/kv-cache.ts";
import type { Settings } from "../settings/settings.ts";
import { chatOptionsOf } from "./chat-options.ts";
import type { PreparedModel } from "./prepare.ts";
import type { RunRequest } from "./request.ts";

/** How a model is loaded under these settings, for so many conversations of so many tokens. */
export function llamaOptions(
  model: CheckedModel,
  settings: Settings,
  {
    template,
    parallel,
    contextLength,
  }: { readonly template: Template; readonly parallel: number; readonly contextLength: number },
): LlamaOptions {
  return {
    ...settings,
    modelPath: model.path,
    chatTemplate: template,
    parallel,
    contextLength,
    chat: chatOptionsOf(settings),
    kvBytesPerToken: kvBytesPerToken(model, settings.kvTypeK, settings.kvTypeV),
  };
}

/** How a model is loaded for a run. */
export function optionsOf(
  { settings, loraPath }: Pick<RunRequest, "settings" | "loraPath">,
  { model, fit, template, chosen }: PreparedModel,
): LlamaOptions {
  return {
    ...llamaOptions(model, settings, { ...fit, template }),
    gpuLayers: fit.layersOnGpu ?? settings.gpuLayers,
    ...(fit.isOffGpu ? { gpu: "off" } : {}),
    ...(loraPath === null ? {} : { loraPath }),
    ...(chosen === undefined ? {} : { chosen }),
  };
}
