import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import envPaths from "env-paths";
import { InterruptedError, messageOf } from "../errors.ts";
import { refuseModel } from "./refusal.ts";

export interface HashOptions {
  /** Told how many bytes are done and how many there are, over all parts; not called when the hash is known. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Reads the files whatever is remembered of them: for checking, not for starting. */
  readonly isFresh?: boolean;
  /** Ends it between two pieces of a file. */
  readonly signal?: AbortSignal;
  /** Where known hashes are kept; `hashes.json` in the user's folder for Longhaul's caches unless told. */
  readonly cacheFile?: string;
}

/**
 * SHA-256 of a model in lower-case hex: of its one file, or of a split model's parts one after the other, as if they
 * were one file. Parts whose path, size, time of change and inode are as they were are not read again; a cache that
 * cannot be read or written is done without.
 *
 * @throws EngineError `model_unreadable` when a part cannot be read to its end
 * @throws InterruptedError after `signal`
 */
export async function hashModel(parts: readonly string[], options: HashOptions = {}): Promise<string> {
  const cacheFile = options.cacheFile ?? defaultCacheFile();
  const identity = parts.map(identityOf);
  const key = parts.map((part) => resolve(part)).join("\n");
  const known = readCache(cacheFile).get(key) ?? readCache(formerCacheFile(cacheFile)).get(key);
  const isRemembered = options.isFresh !== true && known?.identity === identity.join("\n");
  if (known !== undefined && isRemembered) return known.sha256;
  const totalBytes = parts.reduce((sum, part) => sum + statSync(part).size, 0);
  const sha256 = await hashParts(parts, (doneBytes) => {
    if (options.signal?.aborted === true) throw new InterruptedError("interrupted");
    options.onProgress?.(doneBytes, totalBytes);
  });
  // Read again: others may have added theirs meanwhile. A file that changed while it was read is not remembered.
  if (parts.map(identityOf).join("\n") === identity.join("\n"))
    writeCache(cacheFile, readCache(cacheFile).set(key, { identity: identity.join("\n"), sha256 }));
  return sha256;
}

const chunkBytes = 4 * 1024 * 1024;

interface Known {
  readonly identity: string;
  readonly sha256: string;
}

function identityOf(path: string): string {
  try {
    const { size, mtimeNs, ino } = statSync(path, { bigint: true });
    return `${size}:${mtimeNs}:${ino}`;
  } catch (error) {
    return refuseModel(path, `it cannot be read (${messageOf(error)})`);
  }
}

async function hashParts(parts: readonly string[], onProgress: (doneBytes: number) => void): Promise<string> {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let doneBytes = 0;
  for (const part of parts) {
    const refuse = (error: unknown): never => refuseModel(part, `it cannot be read (${messageOf(error)})`);
    const file = await open(part, "r").catch(refuse);
    try {
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, chunkBytes).catch(refuse);
        if (bytesRead === 0) break;
        hash.update(buffer.subarray(0, bytesRead));
        doneBytes += bytesRead;
        onProgress(doneBytes);
      }
    } finally {
      await file.close();
    }
  }
  return hash.digest("hex");
}

function defaultCacheFile(): string {
  return join(envPaths("longhaul", { suffix: "" }).cache, "hashes.json");
}

/** On Windows the first versions kept them one folder above; elsewhere nothing is there. */
function formerCacheFile(cacheFile: string): string {
  return join(dirname(dirname(cacheFile)), "hashes.json");
}

function readCache(file: string): Map<string, Known> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
    const entries = Object.entries(Object(parsed) as Record<string, unknown>);
    return new Map(entries.filter((entry): entry is [string, Known] => isKnown(entry[1])));
  } catch {
    return new Map();
  }
}

function isKnown(value: unknown): value is Known {
  const { identity, sha256 } = Object(value) as Partial<Record<keyof Known, unknown>>;
  return typeof identity === "string" && typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256);
}

/** Whole or not at all: written beside it, then renamed over it. Without a cache a file is hashed again next time. */
function writeCache(file: string, cache: ReadonlyMap<string, Known>): void {
  const temporary = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(temporary, `${JSON.stringify(Object.fromEntries(cache), null, 1)}\n`);
    renameSync(temporary, file);
  } catch {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // The folder cannot be written to at all.
    }
  }
}
