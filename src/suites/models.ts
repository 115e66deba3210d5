import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { namesReasoning } from "../chat/names-reasoning.ts";
import { plainTemplate } from "../chat/plain-template.ts";
import { EngineError, messageOf } from "../errors.ts";
import { checkModel } from "../gguf/check.ts";
import type { ModelFile } from "../gguf/files.ts";
import { calledBy } from "../runs/refused-model.ts";
import { referenceModels } from "../runs/shipped.ts";
import { isServed, servedSuiteModel } from "./served-models.ts";
import type { SuiteFile } from "./suite-file.ts";
import type { SuiteModel } from "./suite-model.ts";

/** A model as somebody wrote it, and where that leads to if it is a path. */
export interface WrittenModel {
  readonly text: string;
  readonly path: string;
}

/**
 * The models that a suite is carried out on: those given, else the file's own, else the ones that ship.
 *
 * @param find the files of those that are in files
 */
export async function suiteModels(
  suite: SuiteFile,
  suitePath: string,
  given: readonly string[],
  find: (models: readonly WrittenModel[]) => Promise<ModelFile[]>,
): Promise<SuiteModel[]> {
  const folder = dirname(resolve(suitePath));
  const sources = given.length > 0 ? given : suite.models.length > 0 ? suite.models : [referenceModels()];
  const pathOf = (text: string): string => (sources === suite.models ? pathIn(folder, text) : text);
  const files = sources.filter(isOfFile).map((text) => ({ text, path: pathOf(text) }));
  const found = files.length > 0 ? await find(files) : [];
  const others = [...new Set(sources.filter((source) => !isOfFile(source)))];
  const models = others.map((source) =>
    isScripted(source) ? simulatedModel(source) : servedSuiteModel(source),
  );
  return Promise.all([...models, ...found.map(modelOf)]);
}

function simulatedModel(source: string): SuiteModel {
  return {
    name: source,
    source,
    engine: { kind: "scripted", spec: source === "scripted" ? "" : source.slice("scripted:".length) },
    facts: { architecture: null, canReason: true },
    error: null,
    file: null,
    served: null,
  };
}

/** Whether it is no simulated model, and none behind a server. */
function isOfFile(source: string): boolean {
  return !isScripted(source) && !isServed(source);
}

/** No shell has seen a suite's paths: `~` is the home folder here, and a suite from Windows may have its separators. */
function pathIn(folder: string, text: string): string {
  const path = resolve(
    folder,
    text.replace(/^~(?=[/\\]|$)/, () => homedir()),
  );
  const other = path.replaceAll("\\", "/");
  return !existsSync(path) && existsSync(other) ? other : path;
}

function isScripted(source: string): boolean {
  return source === "scripted" || source.startsWith("scripted:");
}

async function modelOf(file: ModelFile): Promise<SuiteModel> {
  const { path } = file;
  try {
    const model = await checkModel(file);
    const template = model.chatTemplate ?? plainTemplate;
    const canReason = namesReasoning(template);
    return {
      name: model.name,
      source: path,
      engine: { kind: "llama" },
      facts: { architecture: model.architecture, canReason },
      error: null,
      file,
      served: null,
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return {
      name: calledBy(file),
      source: path,
      engine: { kind: "llama" },
      facts: { architecture: null, canReason: false },
      error: messageOf(error),
      file,
      served: null,
    };
  }
}
