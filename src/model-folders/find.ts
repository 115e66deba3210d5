import { statSync } from "node:fs";
import { basename, delimiter, join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { modelFileAt, stemOf } from "../gguf/files.ts";
import { knownHashes } from "../gguf/hash.ts";
import { type Sighting, shownName, type Surroundings, type Tool } from "./tool.ts";
import { tools } from "./tools.ts";
import { kindAt, modelsBelow, realPathOf } from "./walk.ts";
import { typedLine } from "../typed-line.ts";

/** What a model is called by one of its tools; null: it lies in a folder of no tool. */
export interface ModelName {
  readonly tool: string | null;
  readonly name: string;
  readonly path: string;
}

/** A file, whoever leads to it. */
export interface FoundFile {
  /** The first is what it is called by. */
  readonly names: readonly [ModelName, ...ModelName[]];
  readonly path: string;
  /** All that there should be. */
  readonly parts: readonly string[];
  /** Of a file that a run read as a whole, and that is as it was; null: not known. */
  readonly sha256: string | null;
  /** LoRA adapters that a tool adds to it under one of its names. */
  readonly adapters: readonly string[];
}

/** What is no file to be read: folders of safetensors, notes that lead to nothing. */
export interface FoundOther extends ModelName {
  readonly kind: "safetensors" | "mlx" | "broken";
}

export interface Found {
  readonly files: readonly FoundFile[];
  readonly others: readonly FoundOther[];
  /** Folders that this user may not read. */
  readonly closed: readonly { readonly tool: string | null; readonly path: string }[];
  /** Folders that were looked into. */
  readonly folders: readonly { readonly tool: string | null; readonly path: string }[];
}

/**
 * What lies in the folders that are named, each laid out as whichever tool's it is; without any, in all known places, those of
 * LONGHAUL_MODELS, and the current folder. No model is opened.
 *
 * @throws UsageError where a name leads to nothing
 */
export function findOnDisk(named: readonly string[], here: Surroundings): Found {
  const places = named.length > 0 ? named.flatMap(placesAt) : knownPlaces(here);
  const joined = new Joined();
  const seen = new Set<string>();
  const folders: Place[] = [];
  for (const place of places) {
    const key = `${place.tool?.name} ${realPathOf(place.path) ?? place.path}`;
    if (seen.has(key) || kindAt(place.path) === null) continue;
    seen.add(key);
    folders.push(place);
    for (const sighting of place.read()) joined.add(place, sighting);
  }
  return { ...joined.found(), folders: folders.map(toolAndPath) };
}

interface Place {
  readonly tool: Tool | null;
  readonly path: string;
  readonly read: () => Iterable<Sighting>;
}

/** Of the current folder, which may be somebody's home: so many folders deep. */
const currentDepth = 3;

function knownPlaces(here: Surroundings): Place[] {
  const own = (here.env["LONGHAUL_MODELS"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return [
    ...tools.flatMap((tool) =>
      tool.folders(here).map((path) => ({ tool, path, read: () => readTools(tool, path) })),
    ),
    ...own.filter((path) => kindAt(path) !== null).flatMap(placesAt),
    { tool: null, path: here.currentFolder, read: () => readPlain(here.currentFolder, currentDepth) },
  ];
}

/** A folder of a tool, or the folder above it, in which other models may lie as well. */
function placesAt(path: string): Place[] {
  const kind = kindAt(path);
  if (kind === null)
    throw new UsageError(
      `${path}: no such file or folder. Name a folder that holds models, or a model; in the usual places there may be some: ${typedLine("models")}`,
    );
  if (kind === "file")
    return [{ tool: null, path, read: () => [{ kind: "file", name: stemOf(path), path: resolve(path) }] }];
  const toolAt = (folder: string): Place[] =>
    tools
      .filter((tool) => tool.isLaidOut(folder))
      .slice(0, 1)
      .map((tool) => ({ tool, path: folder, read: () => readTools(tool, folder) }));
  const own = toolAt(resolve(path));
  if (own.length > 0) return own;
  const below = ["models", "hub"].flatMap((name) => toolAt(join(resolve(path), name)));
  return [...below, { tool: null, path: resolve(path), read: () => readPlain(path) }];
}

/** A folder that may not even be looked for is a closed one. */
function readTools(tool: Tool, path: string): Iterable<Sighting> {
  return kindAt(path) === "closed" ? [{ kind: "closed", path }] : tool.read(path);
}

function readPlain(path: string, depthMost = Number.POSITIVE_INFINITY): Iterable<Sighting> {
  return modelsBelow(resolve(path), {
    nameOf: (file) => stemOf(file) || file,
    depthMost,
    takesUnnamed: depthMost === Number.POSITIVE_INFINITY,
  });
}

function toolAndPath({ tool, path }: Place): Found["folders"][number] {
  return { tool: tool?.name ?? null, path };
}

interface OpenFile extends FoundFile {
  readonly names: [ModelName, ...ModelName[]];
  sha256: string | null;
  adapters: readonly string[];
}

/** Joins what is one file: by its place on the disk, through links too, and by its hash. */
class Joined {
  readonly #files: OpenFile[] = [];
  readonly #byKey = new Map<string, OpenFile>();
  readonly #others: FoundOther[] = [];
  readonly #closed: Found["closed"][number][] = [];
  readonly #hashOf = knownHashes();

  add({ tool }: Pick<Place, "tool">, sighting: Sighting): void {
    const { path } = sighting;
    const name = { tool: tool?.name ?? null, path };
    if (sighting.kind === "closed") this.#closed.push(name);
    else if (sighting.kind !== "file")
      this.#others.push({ ...name, kind: sighting.kind, name: sighting.name });
    else this.#addFile({ ...name, name: shownName(sighting.name) }, sighting);
  }

  found(): Omit<Found, "folders"> {
    return { files: this.#files, others: this.#others, closed: this.#closed };
  }

  #addFile(name: ModelName, { path, sha256, adapters = [] }: Extract<Sighting, { kind: "file" }>): void {
    const { path: first, parts } = modelFileAt(path);
    const place = placeOnDisk(first);
    if ((place === null && parts.length === 1) || kindAt(first) === "other") {
      this.#others.push({ ...name, kind: "broken" });
      return;
    }
    // A tool's hash is that of one part, and is believed no further than for joining names.
    const told = parts.length === 1 ? (sha256 ?? null) : null;
    const known = this.#hashOf(parts);
    const hashes = [told, known].flatMap((hash) => (hash === null ? [] : [`${hash} ${place?.bytes}`]));
    const keys = [place?.inode ?? first, ...hashes];
    const before = keys.map((key) => this.#byKey.get(key)).find((one) => one !== undefined);
    const file = before ?? { names: [name], path: first, parts, sha256: known, adapters };
    if (before === undefined) this.#files.push(file);
    for (const key of keys) this.#byKey.set(key, file);
    if (!isNeedless(name, file.names)) file.names.push(name);
    file.sha256 ??= known;
    file.adapters = [...new Set([...file.adapters, ...adapters])];
  }
}

/** A tool's name is there already; what no tool names is there by its path, or is called by the hash of a tool's file. */
function isNeedless({ tool, name, path }: ModelName, names: readonly ModelName[]): boolean {
  if (tool !== null) return names.some((one) => one.tool === tool && one.name === name);
  return /^(sha256[-:])?[0-9a-f]{64}$/.test(basename(path)) || names.some((one) => one.path === path);
}

/** The inode is the same for all links to a file. Null: it leads to nothing. */
function placeOnDisk(path: string): { readonly inode: string; readonly bytes: bigint } | null {
  try {
    const { dev, ino, size } = statSync(path, { bigint: true });
    return { inode: `${dev}:${ino}`, bytes: size };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? null : { inode: path, bytes: 0n };
  }
}
