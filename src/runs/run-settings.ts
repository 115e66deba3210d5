import { protocolSettings } from "../rollout/protocol-settings.ts";
import type { RunSettings } from "../store/rows.ts";
import { tasks } from "../tasks/index.ts";
import type { RunRequest } from "./request.ts";

/** What was asked, as a run's row holds it. */
export function runSettings(request: RunRequest): RunSettings {
  const { settings, rollouts, dataset, temperature, topP, topK, minP, maxAnswerTokens, stop } = request;
  const { parallel, gpu, gpuLayers, threads, context, kvTypeK, kvTypeV, flashAttention } = request;
  return {
    task: tasks[request.task].name,
    ...settings,
    rollouts,
    temperature,
    topP,
    topK,
    minP,
    maxAnswerTokens,
    stop,
    ...protocolSettings(request.protocol),
    requested: {
      parallel,
      gpu,
      gpuLayers,
      threads,
      context,
      kvTypeK,
      kvTypeV,
      flashAttention,
      ...(dataset === null ? {} : { dataset: dataset.file }),
      ...request.asked,
    },
  };
}
