import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { sha256Of } from "../sha256.ts";
import { messageOf, UsageError } from "../errors.ts";
import type { Dataset } from "../datasets/dataset.ts";
import { readDataset } from "../datasets/reader.ts";
import { utf8Text } from "../utf8-text.ts";

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
  const { content, text } = readInput(
    path,
    (reason) => new UsageError(`${command} ${path}: cannot be read (${reason}). Name a data set file.`),
  );
  return {
    file: basename(path),
    sha256: sha256Of(content),
    dataset: readDataset(text, `${command} ${path}`),
  };
}

/** The words of a list, one a line. @throws UsageError when the file cannot be read */
export function readWords(flag: string, path: string): string[] {
  const unreadable = (reason: string) =>
    new UsageError(`${flag} ${path}: cannot be read (${reason}). Name a file with one word a line.`);
  return readInput(path, unreadable)
    .text.split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function readInput(
  path: string,
  unreadable: (reason: string) => UsageError,
): { readonly content: Buffer; readonly text: string } {
  try {
    const content = readFileSync(path);
    return { content, text: utf8Text(content) };
  } catch (error) {
    throw unreadable(messageOf(error));
  }
}
