import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { CoreUse, mostThreads, quotaCores } from "../../src/hardware/cores.ts";

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** A file system with these files. */
function system(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "longhaul-cores-"));
  made.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

describe("a container's share of the processor", () => {
  it("is read from control groups of version 2, the narrowest that the process lies in", () => {
    const root = system({
      "proc/self/cgroup": "0::/user.slice/job.scope\n",
      "sys/fs/cgroup/user.slice/cpu.max": "250000 100000\n",
      "sys/fs/cgroup/user.slice/job.scope/cpu.max": "max 100000\n",
    });
    expect(quotaCores(root)).toBe(2.5);
  });

  it("is read at the root where a container sees its own group there", () => {
    expect(
      quotaCores(system({ "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "50000 100000\n" })),
    ).toBe(0.5);
  });

  it("is read from version 1, wherever the controller is mounted", () => {
    const root = system({
      "proc/self/cgroup": "5:memory:/a\n4:cpu,cpuacct:/docker/1\n",
      "sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_quota_us": "400000\n",
      "sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_period_us": "100000\n",
    });
    expect(quotaCores(root)).toBe(4);
  });

  it("is unknown without a limit, without groups and where they cannot be read", () => {
    expect(quotaCores(system({}))).toBeNull();
    expect(quotaCores(system({ "proc/self/cgroup": "nonsense" }))).toBeNull();
    const unlimited = { "proc/self/cgroup": "1:cpu:/\n", "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n" };
    expect(quotaCores(system(unlimited))).toBeNull();
    const max = { "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n" };
    expect(quotaCores(system(max))).toBeNull();
  });
});

describe("threads at most", () => {
  it("is the least of what limits them, and at least one", () => {
    expect(mostThreads({ physical: 8, allowed: 16, quota: null })).toBe(8);
    expect(mostThreads({ physical: 8, allowed: 4, quota: null })).toBe(4);
    expect(mostThreads({ physical: 8, allowed: 16, quota: 2.9 })).toBe(2);
    expect(mostThreads({ physical: null, allowed: 6, quota: null })).toBe(6);
    expect(mostThreads({ physical: 8, allowed: 16, quota: 0.1 })).toBe(1);
  });
});

describe("cores taken by others", () => {
  it("are not told of a process that may not run on all of them", () => {
    expect(new CoreUse().takenByOthers(2)).toBeNull();
  });
});
