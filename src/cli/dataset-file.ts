import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { sha256Of } from "../sha256.ts";
import { messageOf, UsageError } from "../errors.ts";
import type { Dataset } from "../datasets/dataset.ts";
import { readDataset } from "../datasets/reader.ts";

/** A data set and the file it was read from, named without its folder. */
export interface DatasetFile {
  readonly file: string;
  readonly sha256: string;
  readonly dataset: Dataset;
}

/**
 * Reads a data set file as a whole.
 *
 * @param command the flag or command that named it, for messages
 * @throws UsageError when it cannot be read, or holds no data set: then with the JSON path of what is wrong
 */
export function openDataset(command: string, path: string): DatasetFile {
  const content = readInput(
    path,
    (reason) => new UsageError(`${command} ${path}: cannot be read (${reason}). Name a data set file.`),
  );
  const sha256 = sha256Of(content);
  return { file: basename(path), sha256, dataset: readDataset(textOf(content, path), `${command} ${path}`) };
}

/** The words of a list, one a line. @throws UsageError when the file cannot be read */
export function readWords(flag: string, path: string): string[] {
  return readInput(
    path,
    (reason) =>
      new UsageError(`${flag} ${path}: cannot be read (${reason}). Name a file with one word a line.`),
  )
    .toString()
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function readInput(path: string, unreadable: (reason: string) => UsageError): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(messageOf(error));
  }
}

function textOf(content: Buffer, path: string): string {
  try {
    return content.toString();
  } catch (error) {
    throw new UsageError(
      `${path}: too large to be read at once (${messageOf(error)}). Cut it to fewer rows or keys.`,
    );
  }
}
