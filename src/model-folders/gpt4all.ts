import { join } from "node:path";
import type { Tool } from "./tool.ts";
import { modelsBelow } from "./walk.ts";

/** Files side by side in one folder. */
export const gpt4all: Tool = {
  name: "GPT4All",
  folders: ({ env, home }) =>
    [
      ...(env["XDG_DATA_HOME"] ? [env["XDG_DATA_HOME"]] : []),
      join(home, ".local", "share"),
      join(home, "Library", "Application Support"),
      ...(env["LOCALAPPDATA"] ? [env["LOCALAPPDATA"]] : []),
    ].map((folder) => join(folder, "nomic.ai", "GPT4All")),
  isLaidOut: () => false,
  read: (folder) => modelsBelow(folder, { nameOf: (path) => path }),
};
