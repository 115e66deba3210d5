import { existsSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { findModels, type ModelFile } from "../gguf/files.ts";
import type { FoundFile } from "../model-folders/find.ts";
import { type Called, modelsNamed, surroundings } from "../model-folders/names.ts";
import { ToolNames } from "../model-folders/tool-names.ts";
import type { WrittenModel } from "../suites/models.ts";
import { visible } from "../visible-text.ts";
import { refuseElsewhere } from "./elsewhere.ts";
import type { Flags } from "./flag-reader.ts";
import { remark } from "./terminal.ts";
import { typedLine } from "../typed-line.ts";

/**
 * The files of models that are given by paths, by folders or by names. What exists as a path is one, whatever else is called
 * so; what a tool keeps is called as the tool calls it, however it was given.
 *
 * @throws UsageError where a name means several models, or none
 */
export async function modelFiles(
  models: readonly (string | WrittenModel)[],
  isQuiet: boolean,
): Promise<ModelFile[]> {
  const here = surroundings();
  const names = new Map<string, string>();
  const paths: string[] = [];
  for (const model of models) {
    const { text, path } = typeof model === "string" ? { text: model, path: model } : model;
    refuseElsewhere(text, path);
    if (!isName(text, path)) paths.push(path);
    else {
      const { file, by } = oneOf({ text, path }, await modelsNamed(text, here));
      if (!isQuiet) remark(visible(`${text}: ${by.name}, ${file.path}`));
      if (by.tool !== null) names.set(file.path, by.name);
      paths.push(file.path);
    }
  }
  const tools = new ToolNames(here);
  return (await findModels(paths)).map((file) => {
    const name = names.get(file.path) ?? tools.of(file.path);
    return name === null ? file : { ...file, name };
  });
}

/** The file that `--model` names, which a run is to go on with; null: it is not given. @throws UsageError */
export async function movedModel(flags: Flags): Promise<string | null> {
  const given = flags["model"];
  if (typeof given !== "string") return null;
  const [file, ...others] = await modelFiles([given], flags["quiet"] === true);
  if (file === undefined || others.length > 0)
    throw new UsageError(`--model ${given}: holds ${1 + others.length} models. Name the one of the run.`);
  return file.path;
}

/** Whether a text may name a model and is no path. @param path where it leads to as a path */
export function isName(text: string, path: string): boolean {
  return text.trim() !== "" && !/^([./~\\]|[a-z]:[\\/])/i.test(text) && !existsSync(path);
}

/** @throws UsageError */
function oneOf({ text, path }: WrittenModel, meant: readonly Called<FoundFile>[]): Called<FoundFile> {
  const [one, ...others] = meant;
  if (one === undefined)
    throw new UsageError(
      `${path}: no such file or folder, and no model is called ${path === text ? "so" : text}. See what is there: ${typedLine("models")}`,
    );
  if (others.length > 0) throw severalMeant(text, meant);
  return one;
}

const listedMost = 12;

function severalMeant(text: string, found: readonly Called<FoundFile>[]): UsageError {
  const called = found.map(({ file, by: { name } }) => {
    const isTwice = found.filter(({ by }) => by.name === name).length > 1;
    return isTwice ? file.path : name;
  });
  const more = called.length > listedMost ? ` and ${called.length - listedMost} more` : "";
  return new UsageError(
    visible(
      `${text}: ${called.length} models are called so: ${called.slice(0, listedMost).join(", ")}${more}. Name one of them; see them all: ${typedLine("models")}`,
    ),
  );
}
