import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hashModel } from "../../src/gguf/hash.ts";
import { EngineError } from "../../src/errors.ts";

const mebibyte = 1024 * 1024;

let folder: string;
let first: string;
let second: string;
let cacheFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "longhaul-hash-"));
  first = join(folder, "m-00001-of-00002.gguf");
  second = join(folder, "m-00002-of-00002.gguf");
  cacheFile = join(folder, "cache/longhaul/hashes.json");
  writeFileSync(first, Buffer.alloc(9 * mebibyte, "a"));
  writeFileSync(second, "second");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function sha256(...files: string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}

/** Whether the file was read, by its progress. */
async function reads(parts: readonly string[]): Promise<number[]> {
  const done: number[] = [];
  expect(await hashModel(parts, { cacheFile, onProgress: (bytes) => done.push(bytes) })).toBe(
    sha256(...parts),
  );
  return done;
}

describe("hashModel", () => {
  it("is the SHA-256 of the file, or of the parts as if they were one file", async () => {
    expect(await hashModel([first], { cacheFile })).toBe(sha256(first));
    expect(await hashModel([first, second], { cacheFile })).toBe(sha256(first, second));
    expect(await hashModel([second, first], { cacheFile })).toBe(sha256(second, first));
  });

  it("tells its progress in bytes over all parts, in steps of 4 MiB", async () => {
    const seen: [number, number][] = [];
    await hashModel([first, second], { cacheFile, onProgress: (done, total) => seen.push([done, total]) });
    const total = 9 * mebibyte + 6;
    expect(seen).toEqual([4, 8, 9].map((done) => [done * mebibyte, total]).concat([[total, total]]));
  });

  it("reads a known file again only when its size, time or identity changed", async () => {
    expect(await reads([first])).toHaveLength(3);
    expect(await reads([first])).toHaveLength(0);
    utimesSync(first, new Date(), new Date(0));
    expect(await reads([first])).toHaveLength(3);
    expect(await reads([first])).toHaveLength(0);
    const { atime, mtime } = statSync(first);
    rmSync(first);
    writeFileSync(join(folder, "other"), "takes the old inode");
    writeFileSync(first, Buffer.alloc(9 * mebibyte, "b"));
    utimesSync(first, atime, mtime);
    expect(await reads([first])).toHaveLength(3);
    writeFileSync(first, "short");
    expect(await reads([first])).toHaveLength(1);
  });

  it("keeps what others have in the cache and leaves no temporary file", async () => {
    await hashModel([second], { cacheFile });
    await hashModel([first], { cacheFile });
    expect(await reads([second])).toHaveLength(0);
    expect(readdirSync(join(folder, "cache/longhaul"))).toEqual(["hashes.json"]);
  });

  it.each(["", "not JSON", "null", "[1]", '{"x":{"identity":3}}'])(
    "does without a broken cache: %s",
    async (text) => {
      mkdirSync(join(folder, "cache/longhaul"), { recursive: true });
      writeFileSync(cacheFile, text);
      expect(await reads([second])).toHaveLength(1);
      expect(await reads([second])).toHaveLength(0);
    },
  );

  it("does without a cache that cannot be written", async () => {
    writeFileSync(join(folder, "cache"), "a file where the folder should be");
    expect(await reads([second])).toHaveLength(1);
    expect(await reads([second])).toHaveLength(1);
  });

  it("keeps the cache in the user's cache folder unless told", async () => {
    vi.stubEnv("XDG_CACHE_HOME", join(folder, "xdg"));
    await hashModel([second]);
    expect(readFileSync(join(folder, "xdg/longhaul/hashes.json"), "utf8")).toContain(sha256(second));
  });

  it("knows what was remembered one folder above, where the cache lay on Windows", async () => {
    await hashModel([second], { cacheFile: join(folder, "cache/hashes.json") });
    expect(await reads([second])).toHaveLength(0);
    expect(await reads([first])).toHaveLength(3);
  });

  it("says which part cannot be read", async () => {
    const missing = hashModel([first, join(folder, "none.gguf")], { cacheFile });
    await expect(missing).rejects.toThrow(EngineError);
    await expect(missing).rejects.toThrow(/^none\.gguf cannot be used: it cannot be read \(ENOENT/);
  });
});
