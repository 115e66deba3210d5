import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { freemem, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { availableMemoryBytes, memoryLimitBytes } from "../../src/hardware/memory.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "longhaul-memory-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), `${text}\n`);
  }
}

describe("availableMemoryBytes", () => {
  it("is what a container's limit leaves, cached files not counted", async () => {
    put({
      "proc/self/cgroup": "0::/",
      "sys/fs/cgroup/memory.max": "1000000",
      "sys/fs/cgroup/memory.current": "700000",
      "sys/fs/cgroup/memory.stat": "anon 200000\nfile 500000\ninactive_file 300000\nactive_file 150000",
    });
    expect(await availableMemoryBytes(root)).toBe(1_000_000 - (700_000 - 450_000));
  });

  it("obeys the limits of all groups above its own", async () => {
    put({
      "proc/self/cgroup": "0::/outer/inner",
      "sys/fs/cgroup/outer/memory.max": "5000",
      "sys/fs/cgroup/outer/memory.current": "4000",
      "sys/fs/cgroup/outer/inner/memory.max": "max",
      "sys/fs/cgroup/outer/inner/memory.current": "100",
    });
    expect(await availableMemoryBytes(root)).toBe(1000);
  });

  it("knows the files of the first version of control groups", async () => {
    put({
      "proc/self/cgroup": "5:devices:/\n4:memory:/docker/abc\n0::/",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9000",
      "sys/fs/cgroup/memory/memory.usage_in_bytes": "8000",
      "sys/fs/cgroup/memory/memory.stat": "inactive_file 1\ntotal_inactive_file 2000\ntotal_active_file 500",
    });
    expect(await availableMemoryBytes(root)).toBe(3500);
  });

  it("is never below nothing, and what the system has where there is no limit", async () => {
    put({
      "proc/self/cgroup": "0::/",
      "sys/fs/cgroup/memory.max": "10",
      "sys/fs/cgroup/memory.current": "70",
    });
    expect(await availableMemoryBytes(root)).toBe(0);
    const free = await availableMemoryBytes(join(root, "nothing-here"));
    expect(Math.abs(free - freemem())).toBeLessThan(freemem() / 2);
  });
});

describe("memoryLimitBytes", () => {
  it("is the least limit of the groups, of either version", () => {
    put({
      "proc/self/cgroup": "0::/outer/inner",
      "sys/fs/cgroup/outer/memory.max": "5000",
      "sys/fs/cgroup/outer/inner/memory.max": "max",
    });
    expect(memoryLimitBytes(root)).toBe(5000);
    put({
      "proc/self/cgroup": "4:memory:/docker/abc",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9000",
    });
    expect(memoryLimitBytes(root)).toBe(9000);
  });

  it("is none where a group has none, as version 1 writes it, or there is no group", () => {
    put({
      "proc/self/cgroup": "4:memory:/docker/abc",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
    });
    expect(memoryLimitBytes(root)).toBeNull();
    put({ "proc/self/cgroup": "" });
    expect(memoryLimitBytes(root)).toBeNull();
  });
});
