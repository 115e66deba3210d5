import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { namesReasoning } from "../chat/names-reasoning.ts";
import { plainTemplate } from "../chat/plain-template.ts";
import { EngineError, messageOf } from "../errors.ts";
import { fileNameOf } from "../file-name.ts";
import { checkModel } from "../gguf/check.ts";
import { findModels, type ModelFile } from "../gguf/files.ts";
import { referenceModels } from "../runs/shipped.ts";
import { isServed, servedSuiteModel } from "./served-models.ts";
import type { SuiteFile } from "./suite-file.ts";
import type { SuiteModel } from "./suite-model.ts";

/** The models that a suite is carried out on: those given, else the file's own, else the ones that ship. */
export async function suiteModels(
  suite: SuiteFile,
  suitePath: string,
  given: readonly string[],
): Promise<SuiteModel[]> {
  const folder = dirname(resolve(suitePath));
  const own = suite.models.map((text) => (isOfFile(text) ? pathIn(folder, text) : text));
  const sources = given.length > 0 ? given : own.length > 0 ? own : [referenceModels()];
  const files = sources.filter(isOfFile);
  const found = files.length > 0 ? await findModels(files) : [];
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
      name: fileNameOf(path),
      source: path,
      engine: { kind: "llama" },
      facts: { architecture: null, canReason: false },
      error: messageOf(error),
      file,
      served: null,
    };
  }
}
