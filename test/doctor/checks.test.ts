import { describe, expect, it } from "vitest";
import { checksOf, worstOf } from "../../src/doctor/checks.ts";
import type { Check, Facts } from "../../src/doctor/doctor-schema.ts";
import { backend, healthy, withBackend, withPlace, withSelfTest } from "./planted.ts";

const statesOf = (facts: Facts): Record<string, Check["state"]> =>
  Object.fromEntries(
    checksOf(facts)
      .filter(({ state }) => state !== "ok")
      .map(({ check, state }) => [check, state]),
  );
const textOf = (facts: Facts, wanted: string): string =>
  checksOf(facts).find(({ check }) => check === wanted)?.text ?? "";

describe("checksOf", () => {
  it("finds nothing on a machine where all is well", () => {
    expect(statesOf(healthy)).toEqual({});
    expect(worstOf(checksOf(healthy))).toBe("ok");
  });

  const planted: readonly [string, Facts, Record<string, Check["state"]>, RegExp][] = [
    [
      "a quota of one CPU of eight",
      { ...healthy, cores: { ...healthy.cores, quota: 1 } },
      { processor: "warning" },
      /A quota of 1 CPU of 8 holds/,
    ],
    [
      "an affinity to two cores",
      { ...healthy, cores: { ...healthy.cores, allowed: 2 } },
      { processor: "warning" },
      /on 2 of 8 cores/,
    ],
    [
      "a container's limit of memory",
      { ...healthy, memory: { totalBytes: 64e9, availableBytes: 3e9, limitBytes: 4e9 } },
      { memory: "warning" },
      /limit of 4 GB holds on this machine of 64 GB/,
    ],
    [
      "an old Node",
      { ...healthy, node: { ...healthy.node, version: "v22.11.0", isSupported: false } },
      { Node: "warning" },
      /Node v22\.11\.0 .*Install one of \^20\.19\.0/,
    ],
    [
      "a database folder that may not be written",
      withPlace({ name: "database", isWritable: false, code: "EACCES" }),
      { "database folder": "problem" },
      /\(EACCES\), so no run can be kept.*--db/,
    ],
    [
      "a database folder that is not there",
      withPlace({ name: "database", isWritable: false, code: "ENOENT" }),
      { "database folder": "problem" },
      /There is no such folder, so no run/,
    ],
    [
      "a cache that may not be written",
      withPlace({ name: "cache", isWritable: false, code: "EROFS" }),
      { "cache folder": "warning" },
      /XDG_CACHE_HOME/,
    ],
    [
      "a temporary folder that may not be written",
      withPlace({ name: "temporary", isWritable: false, code: "EROFS" }),
      { "temporary folder": "problem" },
      /TMPDIR/,
    ],
    [
      "a full disk",
      withPlace({ name: "database", freeBytes: 150e6 }),
      { "database folder": "problem" },
      /150 MB free, and a run stops where less than 200 MB are left/,
    ],
    [
      "little room",
      withPlace({ name: "database", freeBytes: 500e6 }),
      { "database folder": "warning" },
      /500 MB free/,
    ],
    [
      "no llama.cpp for the system, and no compiler",
      {
        ...withBackend({ name: "cpu", isShipped: false }),
        system: { ...healthy.system, libc: "musl" },
      },
      { "llama.cpp": "problem" },
      /no prebuilt llama\.cpp for linux x64 \(musl\).*\(none of them is here\)/,
    ],
    [
      "an installation without llama.cpp",
      withBackend({ name: "cpu", isInstalled: false }),
      { "llama.cpp": "problem" },
      /--include=optional/,
    ],
    [
      "a card of NVIDIA without its driver",
      withBackend({ name: "cuda", missing: "libcuda.so.1" }, ["NVIDIA"]),
      { CUDA: "warning" },
      /card of NVIDIA is in this machine, but libcuda\.so\.1 .*driver.*--gpus all/,
    ],
    [
      "a driver without the CUDA runtime",
      withBackend({ name: "cuda", missing: "libcublas.so.13" }, ["NVIDIA"]),
      { CUDA: "warning" },
      /CUDA runtime of that version/,
    ],
    [
      "a card of AMD without the Vulkan loader",
      withBackend({ name: "vulkan", missing: "libvulkan.so.1" }, ["AMD"]),
      { Vulkan: "warning" },
      /Vulkan loader .*libvulkan1/,
    ],
    [
      "SQLite without its native part",
      { ...healthy, store: { ...healthy.store, sqlite: null, why: "npm rebuild better-sqlite3" } },
      { database: "problem" },
      /npm rebuild better-sqlite3/,
    ],
    [
      "figures that do not come out",
      withSelfTest({ name: "reference", end: "wrong", ms: 900, why: "38 of 40 right" }),
      { "reference model": "problem" },
      /\(38 of 40 right\), so no figure of this machine can be trusted/,
    ],
    [
      "a self-test that another load keeps from its end",
      withSelfTest({ name: "reference", end: "slow", ms: 30_000, why: null }),
      { "reference model": "warning" },
      /Stopped after 30 s/,
    ],
  ];
  it.each(planted)("finds %s and nothing else", (_, facts, states, text) => {
    expect(statesOf(facts)).toEqual(states);
    expect(textOf(facts, Object.keys(states)[0] ?? "")).toMatch(text);
    expect(worstOf(checksOf(facts))).toBe(Object.values(states)[0]);
  });

  it("takes llama.cpp for usable where Metal alone loads, as on Apple's processors", () => {
    const backends = [backend({ name: "metal", loads: true, devices: ["Apple M4"], memoryBytes: 17e9 })];
    const apple = { ...healthy, backends, system: { ...healthy.system, os: "darwin 25.0", libc: null } };
    expect(statesOf(apple)).toEqual({});
    expect(textOf(apple, "Metal")).toMatch(/Can be used: Apple M4, 17 GB/);
    const broken = { ...apple, backends: [backend({ name: "metal", why: "no device" })] };
    expect(statesOf(broken)).toEqual({ "llama.cpp": "problem" });
  });

  it("finds nothing to cure in Vulkan where CUDA works, or where the only card is NVIDIA's", () => {
    const works = withBackend({ name: "cuda", loads: true, devices: ["a card"], memoryBytes: 80e9 }, [
      "Intel",
      "NVIDIA",
    ]);
    expect(statesOf(works)).toEqual({});
    expect(textOf(works, "CUDA")).toBe("Can be used: a card, 80 GB of memory.");
    expect(statesOf(withBackend({ name: "cuda", missing: "libcuda.so.1" }, ["NVIDIA"]))).not.toHaveProperty(
      "Vulkan",
    );
  });
});
