import { describe, expect, it } from "vitest";
import { CoreUse, mostThreads, quotaCores } from "../../src/hardware/cores.ts";
import { madeSystem } from "./made-system.ts";

describe("a container's share of the processor", () => {
  it("is read from control groups of version 2, the narrowest that the process lies in", () => {
    const root = madeSystem({
      "proc/self/cgroup": "0::/user.slice/job.scope\n",
      "sys/fs/cgroup/user.slice/cpu.max": "250000 100000\n",
      "sys/fs/cgroup/user.slice/job.scope/cpu.max": "max 100000\n",
    });
    expect(quotaCores(root)).toBe(2.5);
  });

  it("is read at the root where a container sees its own group there", () => {
    expect(
      quotaCores(madeSystem({ "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "50000 100000\n" })),
    ).toBe(0.5);
  });

  it("is read from version 1, wherever the controller is mounted", () => {
    const root = madeSystem({
      "proc/self/cgroup": "5:memory:/a\n4:cpu,cpuacct:/docker/1\n",
      "sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_quota_us": "400000\n",
      "sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_period_us": "100000\n",
    });
    expect(quotaCores(root)).toBe(4);
  });

  it("is unknown without a limit, without groups and where they cannot be read", () => {
    expect(quotaCores(madeSystem({}))).toBeNull();
    expect(quotaCores(madeSystem({ "proc/self/cgroup": "nonsense" }))).toBeNull();
    const unlimited = { "proc/self/cgroup": "1:cpu:/\n", "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n" };
    expect(quotaCores(madeSystem(unlimited))).toBeNull();
    const max = { "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n" };
    expect(quotaCores(madeSystem(max))).toBeNull();
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
