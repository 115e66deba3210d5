import { dirname, resolve } from "node:path";
import { type Sighting, shownName, type Surroundings, type Tool } from "./tool.ts";
import { tools } from "./tools.ts";
import { realPathOf } from "./walk.ts";

/** What tools call files that lie in their folders; each folder is read once. */
export class ToolNames {
  readonly #here: Surroundings;
  readonly #read = new Map<string, readonly Sighting[]>();

  constructor(here: Surroundings) {
    this.#here = here;
  }

  /** Null: the file lies in no folder that a tool is known by, or none of its names leads to it. */
  of(path: string): string | null {
    const real = realPathOf(path) ?? path;
    const above = [...new Set([resolve(path), real].flatMap(foldersAbove))];
    for (const tool of tools) {
      for (const folder of foldersOf(tool, above, this.#here)) {
        const sighting = this.#sightings(tool, folder).find(
          (one) => one.kind === "file" && realPathOf(one.path) === real,
        );
        if (sighting?.kind === "file") return shownName(sighting.name);
      }
    }
    return null;
  }

  #sightings(tool: Tool, folder: string): readonly Sighting[] {
    const key = `${tool.name} ${folder}`;
    const known = this.#read.get(key) ?? [...tool.read(folder)];
    this.#read.set(key, known);
    return known;
  }
}

/** Where the tool usually is, and what is laid out as its own. */
function foldersOf(tool: Tool, above: readonly string[], here: Surroundings): string[] {
  const usual = tool.folders(here).filter((folder) => above.includes(realPathOf(folder) ?? folder));
  return [...usual, ...above.filter((folder) => tool.isLaidOut(folder))];
}

function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...foldersAbove(folder)];
}
