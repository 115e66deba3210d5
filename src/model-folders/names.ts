import { homedir } from "node:os";
import { describeAll } from "./described.ts";
import { findOnDisk, type FoundFile, type ModelName } from "./find.ts";
import { shownName, type Surroundings } from "./tool.ts";

/** This process's. */
export function surroundings(): Surroundings {
  return {
    env: process.env,
    home: homedir(),
    currentFolder: process.cwd(),
    root: "/",
  };
}

/** A file, and the name of it that a text means. */
export interface Called<File> {
  readonly file: File;
  readonly by: ModelName;
}

/** The models on this machine that a text may mean. */
export async function modelsNamed(text: string, here: Surroundings): Promise<Called<FoundFile>[]> {
  const { files } = findOnDisk([], here);
  const meant = calledSo(files, text);
  const described = await describeAll(meant.map(({ file }) => file.parts));
  return meant.filter((_, index) => described[index]?.apart === null);
}

/**
 * Those that are called so ("llama3.2" is "llama3.2:latest", too, and an ending says nothing), else those whose names hold the
 * text from the beginning of a word on.
 */
export function calledSo<File extends Pick<FoundFile, "names">>(
  files: readonly File[],
  text: string,
): Called<File>[] {
  const wanted = shownName(text).toLowerCase();
  const named = (isMeant: (name: string) => boolean): Called<File>[] =>
    files.flatMap((file) => {
      const by = file.names.find(({ name }) => isMeant(name.toLowerCase()));
      return by === undefined ? [] : [{ file, by }];
    });
  const exact = named((name) => name === wanted || name === `${wanted}:latest`);
  return exact.length > 0 ? exact : named((name) => holdsFromWord(name, wanted));
}

function holdsFromWord(name: string, wanted: string): boolean {
  for (let at = name.indexOf(wanted); at >= 0; at = name.indexOf(wanted, at + 1))
    if (at === 0 || !/[\p{L}\p{N}]/u.test(name[at - 1] ?? "")) return true;
  return false;
}
