import { join } from "node:path";
import type { Sighting, Tool } from "./tool.ts";
import { kindAt, namesIn, noteIn, realPathOf } from "./walk.ts";

/**
 * Names are files below `manifests-v2/host/namespace/model/tag`, in older versions below `manifests`; what they name lies in
 * `blobs`, by its hash and without an ending.
 */
export const ollama: Tool = {
  name: "Ollama",
  folders: ({ env, home, root }) => [
    ...(env["OLLAMA_MODELS"] ? [env["OLLAMA_MODELS"]] : []),
    join(home, ".ollama", "models"),
    // Where it runs as a service of its own user.
    join(root, "usr", "share", "ollama", ".ollama", "models"),
  ],
  isLaidOut: (folder) =>
    kindAt(join(folder, "blobs")) === "folder" && trees.some((tree) => kindAt(join(folder, tree)) !== null),
  read: function* (folder) {
    if (namesIn(folder) === null) yield { kind: "closed", path: folder };
    const told = new Set<string>();
    for (const tree of trees) {
      for (const { parts, path, isClosed } of notesBelow(join(folder, tree))) {
        const name = nameOf(parts);
        if (isClosed) yield { kind: "closed", path };
        else if (!told.has(name)) yield* sightingsOf(folder, name, path);
        told.add(name);
      }
    }
  },
};

/** The newer one goes first. */
const trees = ["manifests-v2", "manifests"];
/** host, namespace, model, tag */
const levels = 4;

interface Note {
  readonly parts: readonly string[];
  readonly path: string;
  readonly isClosed: boolean;
}

function* notesBelow(folder: string, parts: readonly string[] = []): Generator<Note> {
  const names = namesIn(folder);
  if (names === null) yield { parts, path: folder, isClosed: true };
  for (const name of names ?? []) {
    if (name.startsWith(".")) continue;
    const [path, own] = [join(folder, name), [...parts, name]];
    if (own.length < levels) yield* notesBelow(path, own);
    else if (kindAt(path) !== "folder") yield { parts: own, path, isClosed: false };
  }
}

/** As `ollama list` shows it: its own host and namespace are left out. */
function nameOf([host = "", namespace = "", model = "", tag = ""]: readonly string[]): string {
  const isOwnHost = host === "registry.ollama.ai";
  const before = isOwnHost ? (namespace === "library" ? [] : [namespace]) : [host, namespace];
  return `${[...before, model].join("/")}:${tag}`;
}

interface Layer {
  readonly mediaType: string;
  readonly digest: string;
}

function* sightingsOf(folder: string, name: string, path: string): Generator<Sighting> {
  const layers = layersIn(folder, path) ?? [];
  if (layers === "mlx") return yield { kind: "mlx", name, path };
  const of = (kind: string): Layer[] =>
    layers.filter(({ mediaType }) => mediaType === `application/vnd.ollama.image.${kind}`);
  const blobs = (kind: string): string[] => of(kind).map(({ digest }) => blobAt(folder, digest));
  const [model] = of("model");
  if (model === undefined)
    return yield { kind: of("tensor").length > 0 ? "safetensors" : "broken", name, path };
  yield {
    kind: "file",
    name,
    path: blobAt(folder, model.digest),
    sha256: hexOf(model.digest),
    adapters: blobs("adapter"),
  };
  for (const projector of blobs("projector")) yield { kind: "file", name, path: projector };
}

/** What a manifest names; of a list, what its GGUF names. Null: it cannot be read. */
function layersIn(folder: string, path: string, isChild = false): readonly Layer[] | "mlx" | null {
  const manifest = objectIn(path);
  const children = manifest?.["manifests"];
  if (Array.isArray(children) && !isChild) {
    const known = children.map((child) => Object(child) as Record<string, unknown>);
    const gguf = known.find(
      ({ format, runner }) =>
        format === "gguf" || (format === undefined && (runner === "llamacpp" || runner === "ollama")),
    );
    if (gguf !== undefined) return layersIn(folder, blobAt(folder, String(gguf["digest"])), true);
    return known.some(({ runner }) => runner === "mlx") ? "mlx" : null;
  }
  const layers = manifest?.["layers"];
  return Array.isArray(layers) ? layers.filter(isLayer) : null;
}

function objectIn(path: string): Record<string, unknown> | null {
  try {
    return Object(JSON.parse(noteIn(path) ?? "")) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function isLayer(value: unknown): value is Layer {
  const { mediaType, digest } = Object(value) as Partial<Record<keyof Layer, unknown>>;
  return typeof mediaType === "string" && typeof digest === "string" && hexOf(digest) !== "";
}

function hexOf(digest: string): string {
  return /^sha256[:-]([0-9a-f]{64})$/.exec(digest)?.[1] ?? "";
}

/** Very old versions kept the colon. */
function blobAt(folder: string, digest: string): string {
  const [path = "", older = ""] = ["-", ":"].map((mark) =>
    join(folder, "blobs", `sha256${mark}${hexOf(digest)}`),
  );
  return realPathOf(path) === null && realPathOf(older) !== null ? older : path;
}
