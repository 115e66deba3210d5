import { createWriteStream, existsSync, realpathSync, renameSync, rmSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { messageOf, UsageError } from "../errors.ts";

/** What is written at once. */
const chunkLength = 65_536;

/**
 * Writes pieces of text as they come, to a file or to stdout, no faster than they are taken. A file is written beside
 * its place and moved there when it is whole, so that a half-written file is never taken for a whole one.
 *
 * @param database a file that must not be overwritten, or null
 * @throws UsageError when the file cannot be written
 */
export async function writeOutput(
  pieces: Iterable<string>,
  path: string | null,
  database: string | null = null,
): Promise<void> {
  const chunks = Readable.from(chunksOf(pieces));
  if (path === null) return pipeline(chunks, process.stdout, { end: false });
  if (database !== null && existsSync(path) && realpathSync(path) === realpathSync(database))
    throw new UsageError(`--output ${path}: that is the database itself. Name another file.`);
  const unfinished = `${path}.part`;
  try {
    await pipeline(chunks, createWriteStream(unfinished));
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    if (error instanceof Error && "syscall" in error)
      throw new UsageError(`--output ${path}: cannot be written (${messageOf(error)}). Name another file.`);
    throw error;
  }
}

function* chunksOf(pieces: Iterable<string>): Generator<string> {
  let chunk = "";
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}
