import { createHash } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

export interface HashOptions {
  /** Told how many bytes are done, over all parts. */
  readonly onProgress?: (doneBytes: number) => void;
  /** Where known hashes are kept; the user's cache folder unless told. */
  readonly cacheFile?: string;
}

const chunkBytes = 4 * 1024 * 1024;

/**
 * SHA-256 of a model: of its file, or of its parts one after the other. A file whose path, size, inode and time of
 * change are known is not read again; a cache that cannot be read or written is done without.
 */
export async function hashModel(parts: readonly string[], options: HashOptions = {}): Promise<string> {
  const cacheFile = options.cacheFile ?? defaultCacheFile();
  const key = parts.map(identity).join("|");
  const cache = readCache(cacheFile);
  const known = cache[key];
  if (known !== undefined) return known;
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let doneBytes = 0;
  for (const part of parts) {
    const file = openSync(part, "r");
    try {
      for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
        hash.update(buffer.subarray(0, read));
        doneBytes += read;
        options.onProgress?.(doneBytes);
        // Lets the progress be drawn and Ctrl-C be heard.
        if (doneBytes % (64 * chunkBytes) < chunkBytes) await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      closeSync(file);
    }
  }
  const digest = hash.digest("hex");
  writeCache(cacheFile, { ...readCache(cacheFile), [key]: digest });
  return digest;
}

function identity(path: string): string {
  const { size, mtimeMs, ino } = statSync(path);
  return `${path}:${size}:${mtimeMs}:${ino}`;
}

function defaultCacheFile(): string {
  const base =
    process.env["XDG_CACHE_HOME"] ??
    (process.platform === "darwin"
      ? join(homedir(), "Library", "Caches")
      : process.platform === "win32"
        ? (process.env["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"))
        : join(homedir(), ".cache"));
  return join(base, "longhaul", "hashes.json");
}

function readCache(file: string): Record<string, string> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof parsed !== "object" || parsed === null) return {};
    return Object.fromEntries(
      Object.entries(parsed).filter((entry): entry is [string, string] =>
        /^[0-9a-f]{64}$/.test(String(entry[1])),
      ),
    );
  } catch {
    return {};
  }
}

function writeCache(file: string, cache: Record<string, string>): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(cache, null, 1));
    renameSync(temporary, file);
  } catch {
    // Without a cache the file is hashed again next time.
  }
}
