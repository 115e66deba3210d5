import { readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { messageOf, UsageError } from "../errors.ts";
import { beginsAsGguf, companionOf, peekKind } from "./bounds.ts";
import { typedLine } from "../typed-line.ts";

/** A model on disk, its paths absolute; a split one has several parts, of which the first stands for it. */
export interface ModelFile {
  readonly path: string;
  readonly parts: readonly string[];
  /** Found in a folder that was named; absent: the file was named itself. */
  readonly isFromFolder?: true;
  /** What the tool calls it that keeps it; absent: none does, and it is called by its file. */
  readonly name?: string;
}

/**
 * The models that the arguments name, in their order: files as they are, folders with everything below, sorted by
 * path. Any part of a split model selects the whole, and a file reached twice, through links too, counts once. What a file
 * is its header says, and never its name; whether all parts are there its check says. In folders, hidden entries and files
 * that lie beside models and are none (projectors, adapters, importance matrices, vocabularies) are skipped.
 *
 * @param paths GGUF files, whatever their names end in, or folders
 * @throws UsageError naming the argument and the fix
 */
export async function findModels(paths: string[]): Promise<ModelFile[]> {
  const found = new Map<string, ModelFile>();
  for (const path of paths) {
    for (const model of modelsAt(path)) {
      const key = realPathOf(model.path);
      const { isFromFolder, ...named } = found.get(key) ?? model;
      const isNamed = isFromFolder !== true || model.isFromFolder !== true;
      found.set(key, isNamed ? named : { ...named, isFromFolder: true });
    }
  }
  return Promise.resolve([...found.values()]);
}

/**
 * The model that a file belongs to: itself, or all parts of a split one, as their names tell. Whether they are there is not
 * asked.
 */
export function modelFileAt(named: string): ModelFile {
  const path = splitPath(named);
  const [, stem = "", part = "", count = ""] = splitName.exec(basename(path)) ?? [];
  const isPart = Number(part) >= 1 && Number(part) <= Number(count);
  if (!isPart) return { path: resolve(path), parts: [resolve(path)] };
  const parts = Array.from({ length: Number(count) }, (_, index) =>
    resolve(dirname(path), `${stem}-${String(index + 1).padStart(5, "0")}-of-${count}.gguf`),
  );
  return { path: parts[0] ?? resolve(path), parts };
}

/** As it stands where it is not there: a part that is missing, or one that went while others were found. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * What a model is called by: its file's name without the ending, and without the number of its part. Of a blob, which
 * is named by its hash, as many digits as tell it from others.
 */
export function stemOf(path: string): string {
  const name = basename(path);
  const digest = /^(sha256[-:])?([0-9a-f]{12})[0-9a-f]{52}$/.exec(name);
  if (digest !== null) return `sha256-${digest[2]}`;
  return splitName.exec(name)?.[1] ?? name.replace(/\.gguf$/i, "");
}

const splitName = /^(.+)-(\d{5})-of-(\d{5})\.gguf$/;
const ggufName = /\.gguf$/i;
/** "x.gguf.part" has an ending, "Qwen3-0.6B-Q8_0" and Ollama's "sha256-..." have none. */
const otherEnding = /\.[a-z]\w*$/i;

function modelsAt(path: string): ModelFile[] {
  const stats = statsOf(path);
  if (stats === null)
    throw new UsageError(
      `${path}: no such file or folder. Name a .gguf file, or a folder that holds some. See the models that are here: ${typedLine("models")}`,
    );
  if (stats.isFile()) return [namedModel(path)];
  if (stats.isDirectory()) return modelsBelow(path);
  throw new UsageError(
    `${path}: neither a file nor a folder. Name a .gguf file, or a folder that holds some. See the models that are here: ${typedLine("models")}`,
  );
}

function namedModel(path: string): ModelFile {
  if (!ggufName.test(path) && !beginsAsGguf(path))
    throw new UsageError(
      `${path}: not a GGUF file (its first four bytes say so). Name a model in that format. See the models that are here: ${typedLine("models")}`,
    );
  const companion = companionOf(peekKind(path));
  if (companion !== null)
    throw new UsageError(
      `${path}: ${companion}, not a model. Name the file of the model that it belongs to. See the models that are here: ${typedLine("models")}`,
    );
  return modelFileAt(path);
}

function modelsBelow(folder: string): ModelFile[] {
  const entries = entriesOf(folder);
  if (typeof entries === "string")
    throw new UsageError(
      `${folder}: cannot be read (${entries}). Name a folder that can, or a .gguf file. See the models that are here: ${typedLine("models")}`,
    );
  const files = modelFilesBelow(folder, entries);
  const models = files.filter(isModel);
  if (models.length === 0) {
    const why = files.length > 0 ? ", only projectors, adapters or the like" : "";
    throw new UsageError(
      `${folder}: no model in this folder${why}. Put .gguf files there, or name another. See the models that are here: ${typedLine("models")}`,
    );
  }
  // One for every part of a split model; the caller keeps the first.
  return models.map((file) => ({ ...modelFileAt(file), isFromFolder: true as const }));
}

/** Vocabularies lie beside models as well and hold no tensor; nor may the first part of a split model. */
function isModel(path: string): boolean {
  const kind = peekKind(path);
  const isVocabulary = kind.tensorCount === 0 && !splitName.test(basename(splitPath(path)));
  return companionOf(kind) === null && !isVocabulary;
}

/** llama.cpp finds the parts by their names, so a link with another name is followed to the part that it leads to. */
function splitPath(path: string): string {
  if (splitName.test(basename(path))) return path;
  const real = realPathOf(path);
  return splitName.test(basename(real)) ? real : path;
}

/**
 * Sorted. Files of other names that begin as a GGUF are models too (Ollama's blobs), unless one that is called .gguf leads
 * to them, as in Hugging Face's cache: that has the better name.
 */
function modelFilesBelow(folder: string, entries: readonly string[]): string[] {
  const files = filesBelow(folder, entries, new Set([realpathSync(folder)]));
  const named = new Set(files.filter((file) => ggufName.test(file)).map((file) => realpathSync(file)));
  return files.filter(
    (file) => ggufName.test(file) || (!named.has(realpathSync(file)) && beginsAsGguf(file)),
  );
}

/** @param seen real paths of the folders on the way, so that a circle of links ends and no folder is searched twice */
function filesBelow(folder: string, names: readonly string[], seen: Set<string>): string[] {
  return names.flatMap((name) => {
    const path = join(folder, name);
    const stats = name.startsWith(".") ? null : statsOf(path);
    if (stats?.isFile()) return ggufName.test(name) || !otherEnding.test(name) ? [path] : [];
    if (!stats?.isDirectory()) return [];
    const real = realpathSync(path);
    if (seen.has(real)) return [];
    seen.add(real);
    const entries = entriesOf(path);
    // A folder that may not be read (lost+found) holds nothing for this user.
    return typeof entries === "string" ? [] : filesBelow(path, entries, seen);
  });
}

/** Sorted by code unit, the same on every platform; the message when it cannot be read. */
function entriesOf(folder: string): string[] | string {
  try {
    return readdirSync(folder).toSorted();
  } catch (error) {
    return messageOf(error);
  }
}

/** Null where nothing can be reached: not there, a link to nothing or to itself, a folder on the way closed. */
function statsOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
