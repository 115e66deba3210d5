import { homedir } from "node:os";
import { describeAll } from "./described.ts";
import { findOnDisk, type FoundFile } from "./find.ts";
import type { Surroundings } from "./tool.ts";

/** This process's. */
export function surroundings(): Surroundings {
  return {
    env: process.env,
    home: homedir(),
    currentFolder: process.cwd(),
    root: "/",
  };
}

/**
 * The models on this machine that a text may mean: those that are called so ("llama3.2" is "llama3.2:latest", too), else those
 * whose names hold it from the beginning of a word on.
 */
export async function modelsNamed(text: string, here: Surroundings): Promise<FoundFile[]> {
  const { files } = findOnDisk([], here);
  const wanted = text.toLowerCase();
  const named = (isMeant: (name: string) => boolean): FoundFile[] =>
    files.filter(({ names }) => names.some(({ name }) => isMeant(name.toLowerCase())));
  const exact = named((name) => name === wanted || name === `${wanted}:latest`);
  const meant = exact.length > 0 ? exact : named((name) => holdsFromWord(name, wanted));
  const described = await describeAll(meant.map(({ parts }) => parts));
  return meant.filter((_, index) => described[index]?.apart === null);
}

function holdsFromWord(name: string, wanted: string): boolean {
  for (let at = name.indexOf(wanted); at >= 0; at = name.indexOf(wanted, at + 1))
    if (at === 0 || !/[\p{L}\p{N}]/u.test(name[at - 1] ?? "")) return true;
  return false;
}
