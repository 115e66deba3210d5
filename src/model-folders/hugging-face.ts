import { basename, join } from "node:path";
import type { Sighting, Tool } from "./tool.ts";
import { modelsBelow, namesIn, noteIn, realPathOf } from "./walk.ts";

/** `models--org--repo/snapshots/revision/file`, links to blobs that are called by their hash. */
export const huggingFace: Tool = {
  name: "Hugging Face",
  folders: ({ env, home }) => [
    ...[env["HF_HUB_CACHE"], env["HUGGINGFACE_HUB_CACHE"]].flatMap((folder) => folder || []),
    ...(env["HF_HOME"] ? [join(env["HF_HOME"], "hub")] : []),
    ...(env["XDG_CACHE_HOME"] ? [join(env["XDG_CACHE_HOME"], "huggingface", "hub")] : []),
    join(home, ".cache", "huggingface", "hub"),
  ],
  isLaidOut: (folder) => namesIn(folder)?.some(isRepository) ?? false,
  read: function* (folder) {
    const names = namesIn(folder);
    if (names === null) yield { kind: "closed", path: folder };
    for (const name of names?.filter(isRepository) ?? []) yield* filesOf(join(folder, name));
  },
};

function isRepository(name: string): boolean {
  return name.startsWith("models--");
}

/** The revision that `main` means has the plain names; a file that others share with it is told once. */
function* filesOf(folder: string): Generator<Sighting> {
  const repository = basename(folder).split("--").slice(1).join("/");
  const main = noteIn(join(folder, "refs", "main"))?.trim();
  const revisions = namesIn(join(folder, "snapshots"));
  if (revisions === null) return yield { kind: "closed", path: join(folder, "snapshots") };
  const seen = new Set<string>();
  const ordered = revisions.toSorted((one, other) => Number(other === main) - Number(one === main));
  for (const [index, revision] of ordered.entries()) {
    const at = index === 0 ? "" : `@${revision.slice(0, 7)}`;
    const isWhole = (path: string): boolean => /\.safetensors$/.test(path);
    const sightings = modelsBelow(join(folder, "snapshots", revision), {
      nameOf: (path) => `${repository}${isWhole(path) ? "" : `/${path}`}${at}`,
    });
    for (const sighting of sightings) {
      const real = realPathOf(sighting.path) ?? sighting.path;
      const isTold = seen.has(real) || (index > 0 && sighting.kind !== "file");
      seen.add(real);
      const sha256 = /^[0-9a-f]{64}$/.exec(basename(real))?.[0];
      if (!isTold)
        yield sighting.kind === "file" && sha256 !== undefined ? { ...sighting, sha256 } : sighting;
    }
  }
}
