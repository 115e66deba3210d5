import { join } from "node:path";
import { huggingFace } from "./hugging-face.ts";
import type { Sighting, Tool } from "./tool.ts";
import { modelsBelow, namesIn, noteIn } from "./walk.ts";

/** Since 2026 laid out as Hugging Face's cache; before, `org_repo_file.gguf` beside `manifest=org=repo=tag.json`. */
export const llamaCpp: Tool = {
  name: "llama.cpp",
  folders: ({ env, home }) => [
    ...(env["LLAMA_CACHE"] ? [env["LLAMA_CACHE"]] : []),
    ...(env["XDG_CACHE_HOME"] ? [join(env["XDG_CACHE_HOME"], "llama.cpp")] : []),
    join(home, ".cache", "llama.cpp"),
    join(home, "Library", "Caches", "llama.cpp"),
    ...(env["LOCALAPPDATA"] ? [join(env["LOCALAPPDATA"], "llama.cpp")] : []),
  ],
  isLaidOut: (folder) => namesIn(folder)?.some((name) => manifestName.test(name)) ?? false,
  read: function* (folder) {
    const { names, broken } = manifestsIn(folder);
    yield* broken;
    yield* huggingFace.isLaidOut(folder) ? huggingFace.read(folder) : [];
    for (const sighting of modelsBelow(folder, { nameOf: (path) => path, depthMost: 0 })) {
      const known = sighting.kind === "file" ? names.get(sighting.name) : undefined;
      if (sighting.kind !== "file" || known === undefined) yield sighting;
      else for (const name of known) yield { ...sighting, name };
    }
  },
};

const manifestName = /^manifest=([^=]+)=([^=]+)=(.+)\.json$/;

/** What each file is asked for by: several tags may mean one. */
function manifestsIn(folder: string): {
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly broken: readonly Sighting[];
} {
  const names = new Map<string, string[]>();
  const broken: Sighting[] = [];
  for (const entry of namesIn(folder) ?? []) {
    const [, org, repository, tag] = manifestName.exec(entry) ?? [];
    if (tag === undefined) continue;
    const name = `${org}/${repository}:${tag}`;
    const file = fileIn(join(folder, entry));
    if (file === null) broken.push({ kind: "broken", name, path: join(folder, entry) });
    else {
      const path = `${org}_${repository}_${file.replaceAll("/", "_")}`;
      names.set(path, [...(names.get(path) ?? []), name]);
    }
  }
  return { names, broken };
}

function fileIn(path: string): string | null {
  try {
    const manifest = Object(JSON.parse(noteIn(path) ?? "")) as { ggufFile?: { rfilename?: unknown } };
    const file = manifest.ggufFile?.rfilename;
    return typeof file === "string" ? file : null;
  } catch {
    return null;
  }
}
