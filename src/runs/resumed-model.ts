import { readFileSync } from "node:fs";
import type { Template } from "../chat/template.ts";
import type { LlamaOptions } from "../engine/llama/options.ts";
import { EngineError, messageOf, UsageError } from "../errors.ts";
import { type CheckedModel, checkModel } from "../gguf/check.ts";
import { findModels } from "../gguf/files.ts";
import { hashModel } from "../gguf/hash.ts";
import { sha256Of } from "../sha256.ts";
import { worded } from "../settings/wording.ts";
import type { Database } from "../store/database.ts";
import { adapterPath, storedText } from "../store/run-texts.ts";
import type { RunRecord } from "../store/rows.ts";
import { optionsOf, llamaOptions } from "./llama-options.ts";
import { prepareModels } from "./prepare-models.ts";
import type { RunRequest } from "./request.ts";
import { templateOf } from "./template-of.ts";

/** The model of a run that is to go on, and how it was loaded. */
export interface ResumedModel {
  readonly model: CheckedModel;
  readonly sha256: string;
  readonly settings: RunRequest["settings"];
  readonly options: LlamaOptions;
  readonly answerLimit: number;
}

/**
 * Finds the file of a run again, and loads it as it was loaded: nothing is fitted to this machine anew, unless the run was
 * stopped before its engine was there.
 *
 * @param path where the file is now; null: where it was
 * @param onHash told how much of it is read
 * @throws UsageError | EngineError where there is no such file, or it is no model
 */
export async function resumedModel(
  database: Database,
  run: RunRecord,
  request: RunRequest,
  path: string | null,
  onHash: (doneBytes: number, totalBytes: number) => void,
): Promise<ResumedModel> {
  const where = path ?? run.model?.path;
  if (where === undefined)
    throw new UsageError(`run ${run.id}: its model could not be read, so there is nothing to go on with.`);
  const [file] = await findModels([where]);
  if (file === undefined) throw new UsageError(`run ${run.id}: ${where}: no model.`);
  const model = await checkModel(file);
  const sha256 = await hashModel(model.parts, { onProgress: (done) => onHash(done, model.bytes) });
  const asked = { ...request, modelPaths: [file.path], loraPath: adapterOf(database, run) };
  const settings = worded(run.settings, model.metadata);
  if (run.parallel === null || run.contextLength === null || run.answerLimit === null)
    return { model, sha256, ...(await fitted(asked)) };
  const template = templateBefore(database, run, model);
  const { parallel, contextLength, answerLimit } = run;
  const options = optionsBefore(run, asked, llamaOptions(model, settings, { template, parallel, contextLength }));
  return { model, sha256, settings, options, answerLimit };
}

/** How a run was loaded, `auto` as it came out. */
function optionsBefore(run: RunRecord, { loraPath }: RunRequest, options: LlamaOptions): LlamaOptions {
  const { gpuLayers, backendUsed, tuning } = run;
  return {
    ...options,
    ...(gpuLayers === null ? {} : { gpuLayers }),
    ...(backendUsed === "cpu" ? { gpu: "off" } : {}),
    ...(loraPath === null ? {} : { loraPath }),
    ...(tuning?.threads == null || tuning.threadsBy === null
      ? {}
      : { known: { threads: tuning.threads, by: tuning.threadsBy } }),
    ...(tuning === null ? {} : { chosen: tuning }),
  };
}

/** As for a run that begins. @throws EngineError where it cannot be run */
async function fitted(request: RunRequest): Promise<Pick<ResumedModel, "settings" | "options" | "answerLimit">> {
  const [candidate] = await prepareModels(request);
  if (candidate === undefined || "error" in candidate)
    throw new EngineError("model_load", candidate?.error ?? "the model is not there");
  const { settings, limit } = candidate;
  return { settings, options: optionsOf(request, candidate), answerLimit: limit.tokens };
}

/** The text by which the run was worded, wherever it came from then. */
function templateBefore(database: Database, run: RunRecord, model: CheckedModel): Template {
  const text = run.templateHash === null ? null : storedText(database, run.templateHash);
  const { source } = templateOf(run.settings.chatTemplate === null ? null : "", model);
  return text === null ? templateOf(null, model) : { text, source };
}

/** @throws UsageError where the adapter is gone, or another one */
function adapterOf(database: Database, run: RunRecord): string | null {
  const { lora } = run.settings;
  if (lora === null) return null;
  const path = adapterPath(database, run.id);
  try {
    if (path !== null && sha256Of(readFileSync(path)) === lora.sha256) return path;
  } catch (error) {
    throw new UsageError(
      `run ${run.id}: its adapter ${lora.file} cannot be read (${messageOf(error)}). Put it back.`,
    );
  }
  throw new UsageError(
    `run ${run.id}: its adapter ${lora.file} is not there as it was. Put the same file back.`,
  );
}
