import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import envPaths from "env-paths";

/** Where something that was found out once is kept: a file in the user's folder for Longhaul's caches. */
export function cacheFile(name: string): string {
  return join(envPaths("longhaul", { suffix: "" }).cache, name);
}

/** What changes when files do: size, time of change and inode of each. @throws Error where one is not there */
export function filesIdentity(paths: readonly string[]): string {
  const identities = paths.map((path) => {
    const { size, mtimeNs, ino } = statSync(path, { bigint: true });
    return `${size}:${mtimeNs}:${ino}`;
  });
  return identities.join("\n");
}

/** Entries by their keys; none where it is not there or cannot be read. */
export function readCache(file: string): Map<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
    return new Map(Object.entries(Object(parsed) as Record<string, unknown>));
  } catch {
    return new Map();
  }
}

/** Whole or not at all: written beside it, then renamed over it. Where it cannot be written, all is found out again. */
export function writeCache(file: string, entries: ReadonlyMap<string, unknown>): void {
  const temporary = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(temporary, `${JSON.stringify(Object.fromEntries(entries), null, 1)}\n`);
    renameSync(temporary, file);
  } catch {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // The folder cannot be written to at all.
    }
  }
}
