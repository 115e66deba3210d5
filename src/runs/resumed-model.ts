import type { LlamaOptions } from "../engine/llama/options.ts";
import { EngineError } from "../errors.ts";
import type { CheckedModel } from "../gguf/check.ts";
import { worded } from "../settings/wording.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import type { Difference } from "../store/sessions.ts";
import { foundAgain } from "./found-again.ts";
import { optionsOf, llamaOptions } from "./llama-options.ts";
import { prepareModels } from "./prepare-models.ts";
import type { RunRequest } from "./request.ts";
import { adapterOf, optionsBefore, templateBefore } from "./loaded-before.ts";

/** The model of a run that is to go on, and how it was loaded. */
export interface ResumedModel {
  readonly model: CheckedModel;
  /** What differs of its file. */
  readonly found: readonly Difference[];
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
  const { file, model, found } = await foundAgain(run, path, onHash);
  const asked = { ...request, modelPaths: [file.path], loraPath: adapterOf(database, run) };
  const settings = worded(run.settings, model.metadata);
  if (run.parallel === null || run.contextLength === null || run.answerLimit === null)
    return { model, found, ...(await fitted(asked)) };
  const { parallel, contextLength, answerLimit } = run;
  const template = templateBefore(database, run, model);
  const options = optionsBefore(
    run,
    asked,
    llamaOptions(model, settings, { template, parallel, contextLength }),
  );
  return { model, found, settings, options, answerLimit };
}

/** As for a run that begins. @throws EngineError where it cannot be run */
async function fitted(
  request: RunRequest,
): Promise<Pick<ResumedModel, "settings" | "options" | "answerLimit">> {
  const [candidate] = await prepareModels(request);
  if (candidate === undefined || "error" in candidate)
    throw new EngineError("model_load", candidate?.error ?? "the model is not there");
  const { settings, limit } = candidate;
  return { settings, options: optionsOf(request, candidate), answerLimit: limit.tokens };
}
