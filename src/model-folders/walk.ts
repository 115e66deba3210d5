import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { beginsAsGguf } from "../gguf/bounds.ts";
import type { Sighting } from "./tool.ts";

export interface Walk {
  /** What a file is called, by its path from the folder with `/` between names; null: it is none of the tool's. */
  readonly nameOf: (path: string) => string | null;
  /** Folders that are gone down into; absent: all. */
  readonly depthMost?: number;
  /** Whether files without an ending are looked into, as Ollama's blobs are; absent: no. */
  readonly takesUnnamed?: boolean;
}

/**
 * Model files below a folder, sorted by path: `.gguf`, and folders of safetensors, each told once. Hidden names are skipped;
 * links are followed, each folder once.
 */
export function* modelsBelow(top: string, walk: Walk): Generator<Sighting> {
  const seen = new Set<string>();
  const pending = [{ folder: top, depth: 0 }];
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const { folder, depth } = next;
    const real = realPathOf(folder);
    if (real === null || seen.has(real)) continue;
    seen.add(real);
    const names = namesIn(folder);
    if (names === null) {
      yield { kind: "closed", path: folder };
      continue;
    }
    const { files, folders } = sorted(folder, names);
    yield* sightingsIn(top, folder, files, walk);
    if (depth < (walk.depthMost ?? Number.POSITIVE_INFINITY))
      pending.unshift(...folders.map((path) => ({ folder: path, depth: depth + 1 })));
  }
}

/** Names in a folder, in order; null: this user may not read it. None where it is not there. */
export function namesIn(folder: string): string[] | null {
  try {
    return readdirSync(folder).toSorted();
  } catch (error) {
    return isClosed(error) ? null : [];
  }
}

/** A small text that a tool writes; null: it is not there, not for this user, or larger than any such text. */
export function noteIn(path: string): string | null {
  try {
    const stats = statSync(path);
    return stats.isFile() && stats.size <= noteBytesMax ? readFileSync(path, "utf8") : null;
  } catch {
    return null;
  }
}

/** What a path leads to. `closed`: this user may not know; `other`: a pipe, a device. Null: nothing. */
export function kindAt(path: string): "file" | "folder" | "closed" | "other" | null {
  try {
    const stats = statSync(path);
    return stats.isDirectory() ? "folder" : stats.isFile() ? "file" : "other";
  } catch (error) {
    return isClosed(error) ? "closed" : null;
  }
}

/** Null: it leads to nothing. */
export function realPathOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch (error) {
    return isClosed(error) ? path : null;
  }
}

/** Whether a folder of safetensors is MLX's: its converter writes how it quantized under a name of its own. */
export function safetensorsKind(folder: string): "safetensors" | "mlx" {
  try {
    const config = Object(JSON.parse(noteIn(join(folder, "config.json")) ?? "{}")) as Record<string, unknown>;
    const quantization = Object(config["quantization"]) as Record<string, unknown>;
    if ("group_size" in quantization) return "mlx";
  } catch {
    // What kind it is, its name may tell.
  }
  return /(^|[-_/\\])mlx([-_/\\]|$)/i.test(folder) ? "mlx" : "safetensors";
}

function isClosed(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EACCES" || code === "EPERM";
}

function sorted(folder: string, names: readonly string[]): Record<"files" | "folders", string[]> {
  const found: Record<"files" | "folders", string[]> = { files: [], folders: [] };
  for (const name of names) {
    if (name.startsWith(".") || name === "node_modules") continue;
    const path = join(folder, name);
    const kind = kindAt(path);
    if (kind === "folder" || (kind === "closed" && !ggufName.test(name))) found.folders.push(path);
    // A link to nothing, and a file that is closed, have a name to tell of. Whoever opens a pipe waits.
    else if (kind === "file" || (kind !== "other" && ggufName.test(name))) found.files.push(path);
  }
  return found;
}

function* sightingsIn(
  top: string,
  folder: string,
  files: readonly string[],
  { nameOf, takesUnnamed = false }: Walk,
): Generator<Sighting> {
  const splits = new Set<string>();
  const called = (path: string): string | null => nameOf(relative(top, path).replaceAll("\\", "/"));
  for (const path of files) {
    // The first part that is there stands for all.
    const split = splitName.exec(path)?.slice(1).join();
    if (split !== undefined && splits.has(split)) continue;
    if (split !== undefined) splits.add(split);
    const isTaken =
      ggufName.test(path) || (takesUnnamed && !otherEnding.test(basename(path)) && isGguf(path));
    const name = isTaken ? called(path) : null;
    if (name !== null) yield { kind: "file", name, path };
  }
  const weights = files.find((path) => path.endsWith(".safetensors"));
  if (weights === undefined) return;
  const name = called(folder === top ? weights : folder);
  if (name !== null) yield { kind: safetensorsKind(folder), name, path: folder };
}

/** Files of the system that are made when they are read have no size. */
function isGguf(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0 && beginsAsGguf(path);
}

const noteBytesMax = 4 * 1024 * 1024;
const ggufName = /\.gguf$/i;
const splitName = /^(.+)-\d{5}(-of-\d{5}\.gguf)$/;
/** "x.gguf.part" has an ending, "Qwen3-0.6B-Q8_0" and Ollama's "sha256-..." have none. */
const otherEnding = /\.[a-z]\w*$/i;
