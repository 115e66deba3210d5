import type { ServerOptions } from "../engine/server/options.ts";
import { messageOf } from "../errors.ts";
import type { ServerFacts } from "../serving/facts.ts";
import { worded } from "../settings/wording.ts";
import type { AnswerLimit } from "./answer-limit.ts";
import { knownServer } from "./known-server.ts";
import { type RefusedModel, refusedFor } from "./refused-model.ts";
import type { ServedRequest } from "./request.ts";
import { templateOf } from "./template-of.ts";
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
  /** What to mind of it, in words. */
  readonly warnings: readonly string[];
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
    const warnings = [renamed(model, facts), reworded(file, templateText), limit.warning].filter(
      (one) => one !== null,
    );
    return {
      name: name ?? facts.model,
      facts: known,
      templateText,
      file,
      settings,
      options,
      limit,
      warnings,
    };
  } catch (error) {
    // It is no file, and what a server says needs no name before it.
    return { ...refusedFor(error, name ?? model, { path: model }), error: messageOf(error) };
  }
}

/** Some servers take any name and answer with the model that they have. */
function renamed(asked: string, { model }: ServerFacts): string | null {
  return model === asked || model === `${asked}:latest`
    ? null
    : `the server was asked for "${asked}" and has "${model}", which answers to any name`;
}

/** Some servers put a template of their own around the messages of a model that has none, or were started with another. */
function reworded(file: ServedFile | null, templateText: string | null): string | null {
  if (file === null || templateText === null) return null;
  const { text, source } = templateOf(null, file.checked);
  if (text === templateText) return null;
  return source === "plain"
    ? "the model's file has no chat template, and its server words conversations by one of its own: the same model in this process is asked in other words"
    : "its server words conversations by another chat template than the model's file has: the same model in this process is asked in other words";
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
