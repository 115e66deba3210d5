import { join } from "node:path";
import type { Surroundings, Tool } from "./tool.ts";
import { modelsBelow, noteIn } from "./walk.ts";

/** `publisher/repository/file.gguf`, in a folder that can be moved in its settings. */
export const lmStudio: Tool = {
  name: "LM Studio",
  folders: (here) => [
    ...[...homes(here), ...settingsFolders(here)].flatMap(movedTo),
    ...homes(here).map((home) => join(home, "models")),
  ],
  isLaidOut: () => false,
  read: (folder) => modelsBelow(folder, { nameOf: (path) => path }),
};

/** The newest first; another one stands in a file that all its programs read. */
function homes({ home }: Surroundings): string[] {
  const named = noteIn(join(home, ".lmstudio-home-pointer"))?.trim();
  return [
    ...(named === undefined || named === "" ? [] : [named]),
    join(home, ".lmstudio"),
    join(home, ".cache", "lm-studio"),
  ];
}

function settingsFolders({ env, home }: Surroundings): string[] {
  const folders = [
    join(home, ".config"),
    join(home, "Library", "Application Support"),
    ...(env["APPDATA"] ? [env["APPDATA"]] : []),
  ];
  return folders.map((folder) => join(folder, "LM Studio"));
}

function movedTo(home: string): string[] {
  try {
    const settings = JSON.parse(noteIn(join(home, "settings.json")) ?? "{}") as { downloadsFolder?: unknown };
    return typeof settings.downloadsFolder === "string" ? [settings.downloadsFolder] : [];
  } catch {
    return [];
  }
}
