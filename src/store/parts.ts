import { existsSync, realpathSync, statSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { assertFree, fileBytes } from "./room.ts";

/**
 * Before files are merged: that they are there and another than the one that they come into, and that they have room in it.
 *
 * @param named what that file is called, which lies at `target`
 * @throws UsageError
 */
export function assertParts(parts: readonly string[], named: string, target: string): void {
  const sizes = parts.map((part) => {
    if (!existsSync(part)) throw new UsageError(`merge ${part}: no such file. Name files with runs.`);
    if (!statSync(part).isFile()) throw new UsageError(`merge ${part}: is no file. Name files with runs.`);
    if (realpathSync(part) === target)
      throw new UsageError(`merge ${part}: is the file that the parts come into (-o). Leave it out of them.`);
    return fileBytes(realpathSync(part));
  });
  // What one part adds is written twice, to the file's journal first.
  const neededBytes = sizes.reduce((sum, bytes) => sum + bytes, 0) + Math.max(...sizes);
  assertFree(
    target,
    neededBytes,
    (free) => `-o ${named}: its disk has no room for the parts (${free}). Name a file on another disk.`,
  );
}
