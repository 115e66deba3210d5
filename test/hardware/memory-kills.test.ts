import { describe, expect, it } from "vitest";
import { killedBetween, memoryKills } from "../../src/hardware/memory-kills.ts";
import { madeSystem } from "./made-system.ts";

describe("kills of the kernel for want of memory", () => {
  it("are counted by the innermost control group that is there, and by the system", () => {
    const second = madeSystem({
      "proc/self/cgroup": "0::/user/session\n",
      "sys/fs/cgroup/user/memory.events": "oom 9\noom_kill 7\n",
      "sys/fs/cgroup/user/session/memory.events": "low 0\noom 3\noom_kill 2\noom_group_kill 0\n",
      "proc/vmstat": "nr_free_pages 1\noom_kill 12\n",
    });
    expect(memoryKills(second)).toEqual({ own: 2, anywhere: 12 });
    const first = madeSystem({
      "proc/self/cgroup": "4:memory:/box\n0::/\n",
      "sys/fs/cgroup/memory/box/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n",
    });
    expect(memoryKills(first)).toEqual({ own: 5, anywhere: null });
    expect(memoryKills(madeSystem({}))).toEqual({ own: null, anywhere: null });
  });

  it("are the own group's for certain, somebody's, nobody's, or not known", () => {
    const before = { own: 1, anywhere: 5 };
    expect(killedBetween(before, { own: 2, anywhere: 6 })).toBe("own");
    expect(killedBetween(before, { own: 1, anywhere: 6 })).toBe("anywhere");
    expect(killedBetween(before, before)).toBe("none");
    const silent = { own: null, anywhere: null };
    expect(killedBetween(silent, silent)).toBeNull();
  });
});
