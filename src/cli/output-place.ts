import { accessSync, constants, lstatSync, readlinkSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { messageOf, UsageError } from "../errors.ts";
import { flagOf } from "../settings/flags.ts";
import { type Flags, FlagReader } from "./flag-reader.ts";

/** Where a flag wants something written. */
export interface OutputPlace {
  readonly flag: string;
  /** As it was typed. */
  readonly path: string;
  /** The same with links followed. */
  readonly target: string;
  /** Whether a whole file is moved there, rather than written through: into a pipe or a device, or where only the file may be written. */
  readonly isReplaced: boolean;
}

/**
 * Where a flag wants something written, before any work is done for it; null: to stdout, since it was not given, or "-" was.
 *
 * @param database a file that must not be overwritten
 * @throws UsageError where nothing can be written there, with the reason
 */
export function outputPlace(flags: Flags, name: string, database: string | null = null): OutputPlace | null {
  const path = new FlagReader(flags).optionalText(name);
  return path === null || path === "-" ? null : placeNamed(flagOf(name), path, database);
}

/** The same of a path that is there. @param flag what it was named by */
export function placeNamed(flag: string, path: string, database: string | null): OutputPlace {
  try {
    return { flag, path, ...targetOf(path, database) };
  } catch (error) {
    throw new UsageError(`${flag} ${path}: ${reasonOf(error)}. Name another file.`);
  }
}

function targetOf(path: string, database: string | null): Pick<OutputPlace, "target" | "isReplaced"> {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) {
    const target = newFile(path);
    // It may not be there yet either.
    if (filesOf(database).some((file) => target === resolve(file)))
      throw new UsageError("that is the database itself");
    return { target, isReplaced: true };
  }
  if (there.isDirectory()) throw new UsageError("that is a folder");
  if (filesOf(database).some((file) => isSameFile(there, file)))
    throw new UsageError("that is the database itself");
  const target = there.isFile() ? realpathSync(path) : path;
  if (there.isFile() && mayWrite(dirname(target))) return { target, isReplaced: true };
  accessSync(target, constants.W_OK);
  return { target, isReplaced: false };
}

/** A database and what SQLite keeps beside it. */
function filesOf(database: string | null): string[] {
  return database === null ? [] : ["", "-wal", "-shm", "-journal"].map((end) => `${database}${end}`);
}

/** Where a file that is not there yet goes: a link may point to where nothing is. */
function newFile(path: string): string {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (isLink) return newFile(resolve(dirname(path), readlinkSync(path)));
  const folder = statSync(dirname(path), { throwIfNoEntry: false });
  if (folder?.isDirectory() !== true) throw new UsageError(`there is no folder ${dirname(path)}`);
  accessSync(dirname(path), constants.W_OK);
  return join(realpathSync(dirname(path)), basename(path));
}

function isSameFile({ dev, ino }: Stats, other: string): boolean {
  const theirs = statSync(other, { throwIfNoEntry: false });
  return theirs !== undefined && theirs.dev === dev && theirs.ino === ino;
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof UsageError ? error.message : `cannot be written (${messageOf(error)})`;
}
