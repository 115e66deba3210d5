import { basename } from "node:path";
import { plainTemplate } from "../engine/llama/chat-codec.ts";
import { type CheckedModel, checkModel, kvBytesPerToken } from "../gguf/check.ts";
import type { ModelFile } from "../gguf/files.ts";
import { EngineError, UsageError } from "../errors.ts";
import { type Fit, fitTrial } from "./fit.ts";
import type { Inspection, InspectionJob } from "./inspect.ts";
import { availableMemoryBytes } from "./machine.ts";
import type { RunRequest } from "./request.ts";
import { superviseInspection } from "./supervise.ts";

/** A model that is about to be measured, or why it cannot be. */
export type Candidate = PreparedModel | RefusedModel;

export interface PreparedModel {
  readonly name: string;
  readonly model: CheckedModel;
  readonly fit: Fit;
  readonly template: Template;
  readonly inspection: Inspection;
}

export interface RefusedModel {
  readonly name: string;
  readonly error: string;
}

export type Template = { readonly text: string; readonly source: "model" | "file" | "plain" };

/**
 * Checks a file without native code, then counts its tokens in a child. A bad file is a result, not an exception.
 *
 * @param inspect who counts
 * @throws UsageError for a setting that cannot work
 */
export async function prepareModel(
  file: ModelFile,
  request: RunRequest,
  inspect: (job: InspectionJob) => Promise<Inspection> = superviseInspection,
): Promise<Candidate> {
  const fileName = basename(file.path);
  try {
    const model = await checkModel(file);
    const template = chooseTemplate(request.chatTemplate, model.chatTemplate);
    const { gpu, task, settings, seed, rollouts, maxAnswerTokens, dataset, protocol } = request;
    const inspection = await inspect({
      modelPath: model.path,
      chatTemplate: template,
      thinking: protocol.thinking === "on",
      gpu,
      task,
      settings,
      seed,
      rollouts,
      instances: dataset?.instances ?? null,
      maxAnswerTokens,
    });
    const fit = fitTrial({
      modelName: model.name,
      modelBytes: model.bytes,
      trainContextLength: model.trainContextLength,
      kvBytesPerToken: kvBytesPerToken(model, request.kvTypeK, request.kvTypeV),
      context: request.context,
      parallel: request.parallel,
      rollouts,
      turns: settings.turns,
      inspection,
      availableBytes: inspection.freeVramBytes ?? availableMemoryBytes(),
    });
    return { name: request.name ?? model.name, model, fit, template, inspection };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.code === "backend") throw new UsageError(error.message);
    const message = error.message.includes(fileName) ? error.message : `${fileName}: ${error.message}`;
    return { name: request.name ?? fileName, error: message };
  }
}

function chooseTemplate(given: string | null, own: string | null): Template {
  if (given !== null) return { text: given, source: "file" };
  return own === null ? { text: plainTemplate, source: "plain" } : { text: own, source: "model" };
}
