import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { parse } from "yaml";
import type { Sighting, Tool } from "./tool.ts";
import { kindAt, modelsBelow, namesIn, noteIn } from "./walk.ts";

/** `llamacpp/models/id/model.yml` names a file, below the data folder or anywhere; earlier versions had `models/id/file`. */
export const jan: Tool = {
  name: "Jan",
  folders: ({ env, home }) => [
    ...(env["XDG_DATA_HOME"] ? [join(env["XDG_DATA_HOME"], "Jan", "data")] : []),
    join(home, ".local", "share", "Jan", "data"),
    join(home, "Library", "Application Support", "Jan", "data"),
    ...(env["APPDATA"] ? [join(env["APPDATA"], "Jan", "data")] : []),
    join(home, "jan"),
  ],
  isLaidOut: (folder) => kindAt(join(folder, "llamacpp", "models")) === "folder",
  read: function* (folder) {
    if (namesIn(folder) === null) yield { kind: "closed", path: folder };
    const models = join(folder, "llamacpp", "models");
    yield* sightingsBelow(models, folder, models);
    yield* modelsBelow(join(folder, "models"), { nameOf: (path) => dirname(path).replace(/^\.$/, path) });
  },
};

/** An id may hold slashes; links may lead in a circle. */
const levelsMost = 5;

function* sightingsBelow(folder: string, data: string, models: string, level = 0): Generator<Sighting> {
  const names = namesIn(folder);
  if (names === null) yield { kind: "closed", path: folder };
  for (const name of names ?? []) {
    const path = join(folder, name);
    if (name === "model.yml") yield* sightingsOf(data, models, path);
    else if (level < levelsMost && kindAt(path) === "folder")
      yield* sightingsBelow(path, data, models, level + 1);
  }
}

function* sightingsOf(data: string, models: string, note: string): Generator<Sighting> {
  const name = relative(models, dirname(note)).replaceAll("\\", "/");
  const { model_path: model, mmproj_path: projector } = entriesOf(note);
  if (typeof model !== "string") return yield { kind: "broken", name, path: note };
  for (const path of [model, projector])
    if (typeof path === "string" && path !== "")
      yield { kind: "file", name, path: isAbsolute(path) ? path : resolve(data, path) };
}

function entriesOf(note: string): { readonly model_path?: unknown; readonly mmproj_path?: unknown } {
  try {
    return Object(parse(noteIn(note) ?? "")) as Record<string, unknown>;
  } catch {
    return {};
  }
}
