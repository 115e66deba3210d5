import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { nowMs } from "../clock.ts";
import { UsageError } from "../errors.ts";
import { noteOfFile } from "./file-notes.ts";

/** What a run leaves free on the disk under its file: other programs need some, and so does SQLite to end cleanly. */
export const keptFreeBytes = 200e6;
const lookEveryMs = 3_000;

/** Looks after the disk under a file while a run writes to it. */
export class RoomWatch {
  readonly #path: string;
  readonly #free: typeof freeBytes;
  readonly #clock: typeof nowMs;
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(path: string, free = freeBytes, clock = nowMs) {
    this.#path = path;
    this.#free = free;
    this.#clock = clock;
  }

  /** Why to stop, looked at every few seconds; null: there is room, or nobody knows. */
  whyStop(): string | null {
    const atMs = this.#clock();
    if (atMs - this.#lookedMs < lookEveryMs) return null;
    this.#lookedMs = atMs;
    const free = this.#free(this.#path);
    return free === null || free >= keptFreeBytes
      ? null
      : `stopped: ${Math.floor(free / 1e6)} MB free on the disk of ${this.#path}`;
  }
}

/** Whether a run that begins would have to stop at once. */
export function hasRoom(path: string): boolean {
  return new RoomWatch(path).whyStop() === null;
}

/**
 * Before runs begin: tells where their rows may not fit on the disk, with what is left free there.
 *
 * @throws UsageError where none could begin
 */
export function assertRoomFor(path: string, neededBytes: number): void {
  const free = freeBytes(path);
  if (free === null || free >= neededBytes + keptFreeBytes) return;
  const told = `its disk has ${Math.floor(free / 1e6)} MB free, and a run stops where less than ${keptFreeBytes / 1e6} MB are left`;
  if (free < keptFreeBytes)
    throw new UsageError(`--db ${path}: ${told}. Free some, or name a file on another disk.`);
  noteOfFile(
    `${path}: ${told}; what was asked for takes about ${Math.ceil(neededBytes / 1e6)} MB, so it may have to stop on the way.`,
  );
}

/** What is free on the disk under a path for who may not use the system's own reserve; null: the system does not tell. */
export function freeBytes(path: string): number | null {
  try {
    const { bavail, bsize, blocks } = statfsSync(nearest(resolve(path)));
    // Some have no size at all.
    return blocks === 0 ? null : bavail * bsize;
  } catch {
    return null;
  }
}

/** @throws UsageError where less is free there than is needed. @param what the rest of the sentence, with the fix */
export function assertFree(path: string, neededBytes: number, what: (free: string) => string): void {
  const free = freeBytes(path);
  if (free === null || free >= neededBytes) return;
  throw new UsageError(what(`${Math.floor(free / 1e6)} MB free, ${Math.ceil(neededBytes / 1e6)} MB needed`));
}

/** Of a file and what SQLite keeps beside it. */
export function fileBytes(path: string): number {
  return filesOf(path).reduce((sum, part) => sum + (statSync(part, { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** A file and where SQLite keeps what is not in it yet, or what it was before changes that are not whole. */
export function filesOf(path: string): string[] {
  return ["", "-wal", "-journal"].map((end) => `${path}${end}`);
}

/** The path itself where it is there, else the folder above it that is. */
export function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));
}
