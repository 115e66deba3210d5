import type { Template } from "../chat/template.ts";
import type { LlamaOptions } from "../engine/llama/options.ts";
import { type CheckedModel, checkModel } from "../gguf/check.ts";
import type { ModelFile } from "../gguf/files.ts";
import { type AnswerLimit, answerLimit } from "./answer-limit.ts";
import { type Fit, withoutGpu } from "./fit.ts";
import { type EstimateMemory, fitModel } from "./fit-model.ts";
import type { Inspection, InspectionJob } from "./inspect.ts";
import { worded } from "../settings/wording.ts";
import { type RefusedModel, refusedFor } from "./refused-model.ts";
import type { RunRequest } from "./request.ts";
import { templateOf } from "./template-of.ts";

/** A model that is about to be measured, or why it cannot be. */
export type Candidate = PreparedModel | RefusedModel;

export interface PreparedModel {
  readonly name: string;
  readonly model: CheckedModel;
  readonly fit: Fit;
  /** As asked for, the form of the examples decided. */
  readonly settings: RunRequest["settings"];
  readonly template: Template;
  readonly inspection: Inspection;
  readonly limit: AnswerLimit;
  /** Why so many conversations at a time; absent: as many as were asked for. */
  readonly chosen?: LlamaOptions["chosen"];
}

/** How a model is looked at before it runs. */
export interface Look {
  /** Counts what conversations take. @throws EngineError */
  inspect(job: InspectionJob): Promise<Inspection>;
  /** What a model would take. @throws EngineError where nothing can be told */
  estimate: EstimateMemory;
  /** Reads and checks the file. @throws EngineError */
  check?(file: ModelFile): Promise<CheckedModel>;
}

/**
 * Checks a file without native code, then counts its tokens in a child. A bad file, and one that does not fit, is a
 * result, not an exception.
 *
 * @throws UsageError for a setting that cannot work with any model
 */
export async function prepareModel(
  file: ModelFile,
  {
    name,
    settings: asked,
    instances,
    templateText,
  }: Pick<RunRequest, "name" | "settings" | "instances" | "templateText">,
  look: Look,
): Promise<Candidate> {
  try {
    const model = await (look.check?.(file) ?? checkModel(file));
    const settings = worded(asked, model.metadata);
    const template = templateOf(templateText, model);
    const inspection = await look.inspect({ modelPath: model.path, template, settings, instances });
    const limit = answerLimit(settings, inspection);
    const counted = {
      inspection,
      answerLimit: limit.tokens,
      mayStayOnDisk: file.isFromFolder !== true,
    };
    const fit = await fitModel(model, settings, counted, (job) => look.estimate(job));
    const seen = fit.isOffGpu ? withoutGpu(inspection) : inspection;
    return { name: name ?? model.name, model, fit, settings, template, inspection: seen, limit };
  } catch (error) {
    return refusedFor(error, name, file);
  }
}
