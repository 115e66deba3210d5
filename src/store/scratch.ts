import {
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, join, resolve } from "node:path";
import { messageOf, UsageError } from "../errors.ts";
import { isProcessAlive, processStartOf } from "../hardware/processes.ts";
import { sha256Of } from "../sha256.ts";
import { goesOn } from "./alone.ts";
import { backUp, type BackupOptions } from "./backup.ts";
import { openDatabase } from "./database.ts";
import { noteOfFile } from "./file-notes.ts";
import { runsOfOthers } from "./lease.ts";
import { fileBytes, filesOf } from "./room.ts";
import { journalOn } from "./shared-disk.ts";

/** A file on this machine's own disk that stands for one elsewhere while runs write to it. */
export interface Scratch {
  readonly path: string;
  /**
   * Brings it back, whole or not at all.
   *
   * @throws UsageError where that cannot be; then it says where the rows are
   */
  finish(): Promise<void>;
}

/** What stands beside a scratch file. */
interface Origin {
  readonly original: string;
  /** As the original was when it was copied. */
  readonly state: string;
  /** As the copy was then. */
  readonly copied: string;
  readonly pid: number;
  readonly processStart: string | null;
}

/**
 * Takes a file to a folder on this machine's own disk. One that an earlier run left there when it was killed is gone on with.
 *
 * @throws UsageError where another process writes to either of them, or what was left there is of another state of the file
 */
export async function openScratch(dbPath: string, folder: string): Promise<Scratch> {
  assertOwnDisk(folder);
  const original = existsSync(dbPath) ? realpathSync(dbPath) : resolve(dbPath);
  const path = join(resolve(folder), `${sha256Of(original).slice(0, 12)}-${basename(original)}`);
  const noteAt = `${path}.origin`;
  const left = existsSync(path) ? readNote(noteAt) : null;
  if (left !== null) goOnWith(left, { path, original, folder });
  else await copyThere(original, path);
  const origin: Origin = {
    original,
    state: left?.state ?? stateOf(original),
    copied: left === null ? stateOf(path) : left.copied,
    pid: process.pid,
    processStart: processStartOf(process.pid),
  };
  writeNote(noteAt, origin);
  const tell = (): void =>
    noteOfFile(`${path} was not brought back to ${original}: the same command line goes on with it.`);
  process.once("exit", tell);
  const finish = async (): Promise<void> => {
    const at = stateOf(path) === origin.copied ? original : await bringBack(path, origin);
    clear(path);
    rmSync(noteAt, { force: true });
    process.off("exit", tell);
    if (at === original) return;
    throw new UsageError(
      `--scratch: ${original} was written by another process meanwhile, so what was measured here is in ${at}. Only one process may write to a file that another has taken to its own disk.`,
    );
  };
  return { path, finish };
}

function assertOwnDisk(folder: string): void {
  if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false))
    throw new UsageError(
      `--scratch ${folder}: there is no such folder. Name one on this machine's own disk.`,
    );
  const journal = journalOn(process.platform === "linux" ? statfsSync(folder).type : null);
  if (journal.mode !== "WAL")
    throw new UsageError(
      `--scratch ${folder}: lies on ${journal.disk} as well. Name a folder on this machine's own disk.`,
    );
}

/** Whole or not at all, since what lies there is taken for worthless without it. */
function writeNote(path: string, origin: Origin): void {
  writeFileSync(`${path}.part`, JSON.stringify(origin), { mode: 0o600 });
  renameSync(`${path}.part`, path);
}

/** Null: there is none, so that no run has written to what lies there. */
function readNote(path: string): Origin | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Origin;
  } catch {
    return null;
  }
}

function goOnWith(
  { pid, processStart, state }: Origin,
  { path, original, folder }: { readonly path: string; readonly original: string; readonly folder: string },
): void {
  if (pid !== process.pid && isProcessAlive(pid, processStart))
    throw new UsageError(
      `--scratch ${folder}: process ${pid} uses it for ${original}. Wait for its end, or name another folder.`,
    );
  if (state !== stateOf(original))
    throw new UsageError(
      `--scratch ${folder}: ${path} holds runs that never came back to ${original}, which has changed since. Move one of them away, and keep both.`,
    );
  noteOfFile(`${path} was left there by a process that was stopped; it goes on with that.`);
}

async function copyThere(original: string, path: string): Promise<void> {
  clear(path);
  if (!existsSync(original)) return;
  const database = openDatabase(original);
  const [other] = runsOfOthers(database);
  // What lies beside a file belongs to it alone, not to one that takes its place.
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
  if (other !== undefined)
    throw new UsageError(
      `--db ${original}: ${goesOn(other)}, and would be lost when the scratch file is brought back. Wait for its end, or name another file.`,
    );
  if (fileBytes(original) > statSync(original).size)
    throw new UsageError(`--db ${original}: another process has it open. Wait until it is closed.`);
  await backUp(original, path, { ...plain, named: "--scratch" });
}

const plain: Omit<BackupOptions, "named"> = {
  isCompact: false,
  mayReplace: true,
  onPages: () => undefined,
};

function clear(path: string): void {
  for (const part of [...filesOf(path), `${path}-shm`]) rmSync(part, { force: true });
}

/** @returns where it is now */
async function bringBack(path: string, { original, state }: Origin): Promise<string> {
  // Neither of the two may be lost where both have changed.
  const target = stateOf(original) !== state ? `${original}.scratch-${hostname()}-${process.pid}` : original;
  try {
    await backUp(path, target, { ...plain, named: "--scratch" });
  } catch (error) {
    throw new UsageError(
      `--scratch: ${path} could not be brought back to ${target}: ${messageOf(error)} The rows are in ${path}; the same command line goes on with it.`,
    );
  }
  return target;
}

/** Of a file and what belongs to it; an empty log says nothing. */
function stateOf(path: string): string {
  return filesOf(path)
    .map((part) => statSync(part, { bigint: true, throwIfNoEntry: false }))
    .map((stat) => (stat === undefined || stat.size === 0n ? "none" : `${stat.size} ${stat.mtimeNs}`))
    .join(", ");
}
