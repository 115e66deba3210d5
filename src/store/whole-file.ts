import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** A copy of a database that is being made beside its place, so that a half-made one is never taken for a whole one. */
export interface UnfinishedFile {
  /** Where to write; empty, and readable for whom the original is. */
  readonly path: string;
  /** Moves it to its place, once it is on the disk. @returns its size in bytes */
  finish(): number;
  /** Takes it away. */
  discard(): void;
}

/** @param original whose rights it gets */
export function unfinishedFile(target: string, original: string): UnfinishedFile {
  const path = `${target}.part`;
  const discard = (): void => {
    for (const end of ["", "-journal", "-wal", "-shm"]) rmSync(`${path}${end}`, { force: true });
  };
  // Of one that was killed.
  discard();
  closeSync(openSync(path, "wx", statSync(original).mode));
  return {
    path,
    discard,
    finish: () => {
      flush(path);
      const { size } = statSync(path);
      renameSync(path, target);
      // Else the disk may know of the file and not of its name.
      if (process.platform !== "win32") flush(dirname(target));
      return size;
    },
  };
}

function flush(path: string): void {
  // Windows flushes only what may be written.
  const file = openSync(path, process.platform === "win32" ? "r+" : "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
