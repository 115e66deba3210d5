import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { InterruptedError, messageOf } from "../errors.ts";
import { cacheFile as fileOfCache, filesIdentity, readCache, writeCache } from "./cache.ts";
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
  const cacheFile = options.cacheFile ?? fileOfCache("hashes.json");
  const identity = identityOf(parts);
  const known = options.isFresh === true ? null : hashIn(cachesAt(cacheFile), parts, identity);
  if (known !== null) return known;
  const totalBytes = parts.reduce((sum, part) => sum + statSync(part).size, 0);
  const sha256 = await hashParts(parts, (doneBytes) => {
    if (options.signal?.aborted === true) throw new InterruptedError("interrupted");
    options.onProgress?.(doneBytes, totalBytes);
  });
  // Read again: others may have added theirs meanwhile. A file that changed while it was read is not remembered.
  if (identityOf(parts) === identity)
    writeCache(cacheFile, readCache(cacheFile).set(keyOf(parts), { identity, sha256 }));
  return sha256;
}

/** Tells the same of files that were read before and are as they were; null: nobody knows. No file is read. */
export function knownHashes(): (parts: readonly string[]) => string | null {
  const caches = cachesAt(fileOfCache("hashes.json"));
  return (parts) => {
    try {
      return hashIn(caches, parts, filesIdentity(parts));
    } catch {
      // They went meanwhile.
      return null;
    }
  };
}

const chunkBytes = 4 * 1024 * 1024;

interface Known {
  readonly identity: string;
  readonly sha256: string;
}

function keyOf(parts: readonly string[]): string {
  return parts.map((part) => resolve(part)).join("\n");
}

type Cache = ReadonlyMap<string, unknown>;

/** On Windows the first versions kept them one folder above; elsewhere nothing is there. */
function cachesAt(file: string): readonly Cache[] {
  return [file, join(dirname(dirname(file)), "hashes.json")].map(readCache);
}

function hashIn(caches: readonly Cache[], parts: readonly string[], identity: string): string | null {
  const key = keyOf(parts);
  const known = caches.map((cache) => cache.get(key)).find((entry) => entry !== undefined);
  return isKnown(known) && known.identity === identity ? known.sha256 : null;
}

function identityOf(parts: readonly string[]): string {
  const identities = parts.map((part) => {
    try {
      return filesIdentity([part]);
    } catch (error) {
      return refuseModel(part, `it cannot be read (${messageOf(error)})`);
    }
  });
  return identities.join("\n");
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

function isKnown(value: unknown): value is Known {
  const { identity, sha256 } = Object(value) as Partial<Record<keyof Known, unknown>>;
  return typeof identity === "string" && typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256);
}
