import { existsSync } from "node:fs";
import type { Template } from "../chat/template.ts";
import { UsageError } from "../errors.ts";
import { fileNameOf } from "../file-name.ts";
import { type CheckedModel, checkModel } from "../gguf/check.ts";
import { findModels } from "../gguf/files.ts";
import { hashModel } from "../gguf/hash.ts";
import { templateOf } from "../runs/template-of.ts";
import { sha256Of } from "../sha256.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { templateText } from "../store/stored-rows.ts";

/** A run's model file as it was, and the template under which it was talked to. */
export interface ModelThatRan {
  readonly path: string;
  readonly template: Template;
}

/**
 * Finds a run's model file and chat template again.
 *
 * @throws UsageError where one of them is not there any more, or is another one today
 * @throws EngineError for a file that cannot be read
 */
export async function modelThatRan(database: Database, run: RunRecord): Promise<ModelThatRan> {
  const { model } = run;
  const name = model === null ? "its model" : fileNameOf(model.path);
  if (model === null || !existsSync(model.path))
    throw new UsageError(
      `run ${run.id}: ${name} is not there any more, and its prompt cannot be told without its vocabulary.`,
    );
  const [file] = await findModels([model.path]);
  if (file === undefined || (await hashModel(file.parts)) !== model.sha256)
    throw new UsageError(`run ${run.id}: ${name} is another file today. See longhaul verify ${run.id}.`);
  return { path: model.path, template: templateThen(database, run, await checkModel(file)) };
}

function templateThen(database: Database, run: RunRecord, model: CheckedModel): Template {
  const given = run.templateSource === "file" ? templateText(database, run.id) : null;
  const template = templateOf(given, model);
  if (sha256Of(template.text) !== run.templateHash)
    throw new UsageError(
      `run ${run.id}: its chat template is not at hand any more, and its prompt cannot be told without it.`,
    );
  return template;
}
