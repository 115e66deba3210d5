import {
  closeSync,
  constants,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { here, isProcessAlive, isSamePlace, type Place, processStartOf } from "./processes.ts";

/** A folder for files that nobody keeps. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

const prefix = "longhaul-";
/** Beside what the folder is for: whose it is. */
const ownerName = "owner.json";

/**
 * Makes a folder of this process alone, and removes those that processes left which were killed.
 *
 * @param purpose a word of its name
 */
export function makeTemporaryFolder(purpose: string): TemporaryFolder {
  removeLeftFolders();
  const path = mkdtempSync(join(tmpdir(), `${prefix}${purpose}-`));
  const owner: Owner = { ...here(), pid: process.pid, start: processStartOf(process.pid) };
  if (made.size === 0) process.once("exit", () => made.forEach(removeFolder));
  made.add(path);
  writeFileSync(join(path, ownerName), JSON.stringify(owner));
  return { path, remove: () => removeFolder(path) };
}

/** What is still there when this process ends goes with it. */
const made = new Set<string>();

/** Removes folders of this user whose process is gone for certain; others are somebody's, or nobody can tell. */
export function removeLeftFolders(): void {
  const own = here();
  for (const name of namesIn(tmpdir())) {
    const path = join(tmpdir(), name);
    if (name.startsWith(prefix) && isOwnFolder(path) && isLeft(ownerOf(path), own)) removeFolder(path);
  }
}

interface Owner extends Place {
  readonly pid: number;
  readonly start: string | null;
}

/** The same machine started anew has none of its processes any more. */
function isLeft(owner: Owner | null, own: Place): boolean {
  if (owner === null) return false;
  if (isSamePlace(owner, own)) return !isProcessAlive(owner.pid, owner.start);
  return owner.host === own.host && owner.boot !== null && own.boot !== null && owner.boot !== own.boot;
}

/** No link, which could lead anywhere, and nobody else's. */
function isOwnFolder(path: string): boolean {
  try {
    const stats = lstatSync(path);
    return stats.isDirectory() && (process.getuid === undefined || stats.uid === process.getuid());
  } catch {
    return false;
  }
}

/** Null: it tells of none. */
function ownerOf(path: string): Owner | null {
  try {
    const file = openSync(join(path, ownerName), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      const { host, boot, namespace, pid, start } = JSON.parse(readFileSync(file, "utf8")) as Partial<Owner>;
      if (typeof host !== "string" || typeof pid !== "number") return null;
      return { host, boot: boot ?? null, namespace: namespace ?? null, pid, start: start ?? null };
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

function removeFolder(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Windows keeps what is open: it is tried again when the process ends, and by the next one.
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
