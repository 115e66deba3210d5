import { randomUUID } from "node:crypto";
import { chmodSync, createWriteStream, renameSync, rmSync, statSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { messageOf, UsageError } from "../errors.ts";
import type { OutputPlace } from "./output-place.ts";
import { harmless } from "./terminal.ts";

/** What is written at once. */
const chunkLength = 65_536;

/**
 * Writes pieces of text as they come, to a file or to stdout, no faster than they are taken. A file is written beside
 * its place and moved there when it is whole, so that a half-written file is never taken for a whole one.
 *
 * @param place null: stdout
 * @throws UsageError when the file cannot be written
 */
export async function writeOutput(pieces: Iterable<string>, place: OutputPlace | null): Promise<void> {
  const isSeen = place === null && process.stdout.isTTY;
  const chunks = Readable.from(chunksOf(isSeen ? harmlessPieces(pieces) : pieces));
  if (place === null) return pipeline(chunks, process.stdout, { end: false });
  const { flag, path, target, isReplaced } = place;
  // A name that nobody else has, in a folder that others may write to as well.
  const unfinished = isReplaced ? `${target}.${randomUUID()}.part` : target;
  try {
    await pipeline(chunks, createWriteStream(unfinished, { flags: isReplaced ? "wx" : "w" }));
    if (isReplaced) replace(unfinished, target);
  } catch (error) {
    if (isReplaced) rmSync(unfinished, { force: true });
    if (error instanceof Error && "syscall" in error)
      throw new UsageError(`${flag} ${path}: cannot be written (${messageOf(error)}). Name another file.`);
    throw error;
  }
}

/** The new file may be read and written by whom the old one may. */
function replace(unfinished: string, target: string): void {
  const old = statSync(target, { throwIfNoEntry: false });
  if (old !== undefined) chmodSync(unfinished, old.mode);
  renameSync(unfinished, target);
}

/** Whoever redirects gets what was said to the byte; a terminal would obey it. */
function* harmlessPieces(pieces: Iterable<string>): Generator<string> {
  for (const piece of pieces) yield harmless(piece);
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
