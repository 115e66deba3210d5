import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { messageOf, UsageError } from "../../errors.ts";

/** A model on disk; a split one has several parts, of which the first stands for it. */
export interface ModelFile {
  readonly path: string;
  readonly parts: readonly string[];
}

const splitName = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i;
/** Files that lie beside models and are none: projectors, adapters, importance matrices, vocabularies. */
const companionName = /(^|[-_.])(mmproj|lora|adapter|imatrix|ggml-vocab)([-_.]|$)/i;

/**
 * The models that the arguments name: files as they are, folders searched with everything below, sorted. A file that
 * is named twice counts once.
 *
 * @throws UsageError naming the argument and the fix
 */
export async function findModels(paths: string[]): Promise<ModelFile[]> {
  const found = new Map<string, ModelFile>();
  for (const path of paths) {
    for (const model of modelsAt(path)) found.set(realpathSync(model.path), model);
  }
  return Promise.resolve([...found.values()]);
}

function modelsAt(path: string): ModelFile[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new UsageError(`${path}: no such file or folder. Name a .gguf file, or a folder that holds some.`);
  if (stats.isFile()) return [named(path)];
  if (!stats.isDirectory()) throw new UsageError(`${path}: neither a file nor a folder. Name a .gguf file.`);
  const files = ggufsBelow(path, new Set()).filter((file) => !companionName.test(basename(file)));
  // Of a split model the first part stands for all.
  const heads = files.filter((file) => (splitName.exec(basename(file))?.[2] ?? "00001") === "00001");
  if (heads.length === 0)
    throw new UsageError(`${path}: no model in this folder. Put .gguf files there, or name another.`);
  return heads.map((file) => withParts(file));
}

function named(path: string): ModelFile {
  if (!/\.gguf$/i.test(path)) throw new UsageError(`${path}: not a .gguf file. Name a model in GGUF format.`);
  if (companionName.test(basename(path))) {
    throw new UsageError(
      `${path}: a projector, an adapter or a matrix by its name, not a model. Name the model's own file.`,
    );
  }
  return withParts(path);
}

function withParts(path: string): ModelFile {
  const split = splitName.exec(basename(path));
  if (split === null) return { path: resolve(path), parts: [resolve(path)] };
  const [, stem = "", , count = "1"] = split;
  const parts = Array.from({ length: Number(count) }, (_, index) =>
    resolve(join(dirname(path), `${stem}-${String(index + 1).padStart(5, "0")}-of-${count}.gguf`)),
  );
  const missing = parts.filter((part) => !existsSync(part)).map((part) => basename(part));
  if (missing.length > 0)
    throw new UsageError(`${path}: parts of this split model are missing: ${missing.join(", ")}.`);
  return { path: parts[0] ?? resolve(path), parts };
}

/** Links are followed once, so that a circle of them ends. */
function ggufsBelow(folder: string, seen: Set<string>): string[] {
  const real = realpathSync(folder);
  if (seen.has(real)) return [];
  seen.add(real);
  return entriesOf(folder).flatMap((name) => {
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return ggufsBelow(path, seen);
    return stats?.isFile() && /\.gguf$/i.test(name) ? [path] : [];
  });
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch (error) {
    throw new UsageError(`${folder}: cannot be read (${messageOf(error)}).`);
  }
}
