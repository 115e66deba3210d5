import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { namesReasoning } from "../chat/names-reasoning.ts";
import { plainTemplate } from "../chat/plain-template.ts";
import { EngineError, messageOf } from "../errors.ts";
import type { ModelFacts } from "../experiments/experiment.ts";
import { fileNameOf } from "../file-name.ts";
import { checkModel } from "../gguf/check.ts";
import { findModels, type ModelFile } from "../gguf/files.ts";
import { referenceModels } from "../runs/shipped.ts";
import type { SuiteFile } from "./suite-file.ts";

/** The models that a suite is carried out on: those given, else the file's own, else the ones that ship. */
export async function suiteModels(
  suite: SuiteFile,
  suitePath: string,
  given: readonly string[],
): Promise<SuiteModel[]> {
  const folder = dirname(resolve(suitePath));
  const own = suite.models.map((text) => (isScripted(text) ? text : pathIn(folder, text)));
  const sources = given.length > 0 ? given : own.length > 0 ? own : [referenceModels()];
  const files = sources.filter((source) => !isScripted(source));
  const found = files.length > 0 ? await findModels(files) : [];
  const simulated = [...new Set(sources.filter(isScripted))];
  const models = simulated.map((source) => ({
    name: source,
    source,
    facts: { architecture: null, canReason: true },
    error: null,
    file: null,
  }));
  return [...models, ...(await Promise.all(found.map(modelOf)))];
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

export function isScripted(source: string): boolean {
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
      facts: { architecture: model.architecture, canReason },
      error: null,
      file,
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return {
      name: fileNameOf(path),
      source: path,
      facts: { architecture: null, canReason: false },
      error: messageOf(error),
      file,
    };
  }
}

/** A model of a suite: a file, or a simulated one. */
export interface SuiteModel {
  readonly name: string;
  /** Path of the file, or `scripted:...`. */
  readonly source: string;
  readonly facts: ModelFacts;
  /** Why it cannot be measured; its trials fail with this. */
  readonly error: string | null;
  /** Null: a simulated model. */
  readonly file: ModelFile | null;
}
