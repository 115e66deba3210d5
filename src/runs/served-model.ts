import type { ServerOptions } from "../engine/server/options.ts";
import type { ServerFacts } from "../serving/facts.ts";
import { worded } from "../settings/wording.ts";
import type { AnswerLimit } from "./answer-limit.ts";
import { knownServer } from "./known-server.ts";
import { type RefusedModel, refusedFor } from "./refused-model.ts";
import type { ServedRequest } from "./request.ts";
import type { RunView } from "./view.ts";
import { type ServedFile, servedFile } from "./served-file.ts";
import { servedLimit, serverOptions } from "./server-options.ts";

/** A model behind a server that is about to be measured. */
export interface ServedModel {
  readonly name: string;
  readonly facts: ServerFacts;
  /** Of its chat template; null: not told. */
  readonly templateText: string | null;
  /** Its file, where that lies on this machine; null: not known. */
  readonly file: ServedFile | null;
  readonly settings: ServedRequest["settings"];
  readonly options: ServerOptions;
  readonly limit: AnswerLimit;
}

/**
 * Asks a server what it is and what it knows of a model. One that cannot be asked is a result, not an exception.
 *
 * @param onHash told how much of the model's file is read, where it lies here
 */
export async function servedModel(
  request: ServedRequest,
  model: string,
  onHash: (doneBytes: number, totalBytes: number) => void,
): Promise<ServedModel | RefusedModel> {
  const { engine, name } = request;
  try {
    const { facts, templateText } = await knownServer(engine, model);
    const file = await servedFile(facts, onHash);
    const known = file === null ? facts : { ...facts, fileSha256: file.sha256 };
    const settings = worded(request.settings, file?.checked.metadata);
    const limit = servedLimit(settings, request.instances);
    const options = await serverOptions({ ...request, settings }, known, limit);
    return { name: name ?? facts.model, facts: known, templateText, file, settings, options, limit };
  } catch (error) {
    return refusedFor(error, name ?? model, model);
  }
}

/** Those that a request names, in order. */
export async function servedModels(
  request: ServedRequest,
  view: Pick<RunView, "onHash">,
): Promise<(ServedModel | RefusedModel)[]> {
  const models: (ServedModel | RefusedModel)[] = [];
  for (const model of request.modelPaths)
    models.push(await servedModel(request, model, (done, total) => view.onHash(model, done, total)));
  return models;
}
