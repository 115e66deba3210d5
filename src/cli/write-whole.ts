import { renameSync, rmSync, writeFileSync } from "node:fs";
import { messageOf, UsageError } from "../errors.ts";

/**
 * Writes a file so that a reader sees the old one or the new one, never a part: beside it first, then in its place.
 *
 * @throws UsageError naming the path when it cannot be written
 */
export function writeWhole(path: string, text: string): void {
  const beside = `${path}.${process.pid}.part`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new UsageError(`-o ${path}: cannot be written (${messageOf(error)}). Name another file.`);
  }
}
