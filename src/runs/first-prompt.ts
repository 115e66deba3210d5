import type { Message } from "../engine/engine.ts";
import { checkModel } from "../gguf/check.ts";
import type { ModelFile } from "../gguf/files.ts";
import { EngineError, messageOf } from "../errors.ts";
import { firstMessages } from "./first-messages.ts";
import { Inspector } from "./inspector.ts";
import { templateOf } from "./template-of.ts";
import { requestedFiles } from "./prepare-models.ts";
import { worded } from "../settings/wording.ts";
import { calledBy } from "./refused-model.ts";
import type { RunRequest } from "./request.ts";

/** What a model is asked first, word for word. */
export interface FirstPrompt {
  readonly model: string;
  /** As the model sees it, special tokens as text; null: the engine has only messages, or the model cannot be asked. */
  readonly text: string | null;
  readonly tokenIds: readonly number[] | null;
  readonly messages: readonly Pick<Message, "role" | "content">[];
  readonly warnings: readonly string[];
  /** Why it cannot be asked; null: it can. */
  readonly error: string | null;
}

/**
 * The first prompt that each model of a request would be given: nothing is loaded but vocabularies, nothing is written.
 *
 * @throws UsageError as the run would
 */
export async function firstPrompts(request: RunRequest): Promise<FirstPrompt[]> {
  const { engine, name } = request;
  if (engine.kind !== "llama") {
    const messages = await firstMessages(request);
    const models = engine.kind === "scripted" ? [`scripted:${engine.spec}`] : request.modelPaths;
    return models.map((model) => ({
      model: name ?? model,
      text: null,
      tokenIds: null,
      messages,
      warnings: [],
      error: null,
    }));
  }
  const inspector = new Inspector();
  const prompts: FirstPrompt[] = [];
  try {
    for (const file of await requestedFiles(request)) prompts.push(await promptOf(file, request, inspector));
  } finally {
    inspector.close();
  }
  return prompts;
}

async function promptOf(file: ModelFile, request: RunRequest, inspector: Inspector): Promise<FirstPrompt> {
  const { name, templateText } = request;
  let messages: readonly Message[] = [];
  try {
    const model = await checkModel(file);
    const settings = worded(request.settings, model.metadata);
    messages = await firstMessages({ ...request, settings });
    const template = templateOf(templateText, model);
    const prompt = await inspector.prompt({ modelPath: model.path, template, settings, messages });
    const { text, tokenIds, warnings } = prompt;
    return { model: name ?? model.name, text, tokenIds, messages, warnings, error: null };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const model = name ?? calledBy(file);
    return { model, text: null, tokenIds: null, messages, warnings: [], error: messageOf(error) };
  }
}
