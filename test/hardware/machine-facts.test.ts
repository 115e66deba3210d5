import { describe, expect, it } from "vitest";
import { machineFactsSchema } from "../../src/hardware/facts.ts";
import { machineFacts } from "../../src/hardware/machine-facts.ts";
import { madeSystem } from "./made-system.ts";

const nothing = { flags: null, performanceCores: null, efficiencyCores: null, gpuDrivers: [] };
const cpu = "sys/devices/system/cpu";

describe("facts of a machine", () => {
  it("name the instruction sets that llama.cpp has code for, and no others", () => {
    const cpuinfo =
      "processor\t: 0\nflags\t\t: fpu sse2 ssse3 fma avx f16c smep smap avx2 bmi2 svm avx512f avx512_vnni avx_vnni amx_tile amx_int8\n\nprocessor\t: 1\n";
    const { features, isVirtual } = machineFacts(nothing, madeSystem({ "proc/cpuinfo": cpuinfo }));
    expect(features?.join(" ")).toBe(
      "ssse3 fma avx f16c avx2 bmi2 avx512f avx512_vnni avx_vnni amx_tile amx_int8",
    );
    expect(isVirtual).toBe(false);
  });

  it("name those of ARM, where no flag tells of a hypervisor", () => {
    const cpuinfo = "processor\t: 0\nFeatures\t: fp asimd evtstrm aes asimdhp asimddp sve i8mm bf16 sve2\n";
    const { features, isVirtual } = machineFacts(nothing, madeSystem({ "proc/cpuinfo": cpuinfo }));
    expect(features?.join(" ")).toBe("asimd asimdhp asimddp sve i8mm bf16 sve2");
    expect(isVirtual).toBeNull();
  });

  it("take what a library found where the system has no such file", () => {
    const found = { ...nothing, flags: "sse avx2 FMA", performanceCores: 8, efficiencyCores: 4 };
    expect(machineFacts(found, madeSystem({}))).toMatchObject({
      features: ["avx2", "fma"],
      performanceCores: 8,
      efficiencyCores: 4,
    });
  });

  it("say of a guest that it is one", () => {
    const root = madeSystem({ "proc/cpuinfo": "flags : fpu hypervisor avx2\n" });
    expect(machineFacts(nothing, root).isVirtual).toBe(true);
  });

  it("count physical cores of both kinds of a hybrid", () => {
    const siblings = Object.fromEntries(
      ["0-1", "0-1", "2-3", "2-3", "4", "5", "6", "7"].map((list, index) => [
        `${cpu}/cpu${index}/topology/thread_siblings_list`,
        `${list}\n`,
      ]),
    );
    const root = madeSystem({
      ...siblings,
      "sys/devices/cpu_core/cpus": "0-3\n",
      "sys/devices/cpu_atom/cpus": "4-6,7\n",
    });
    expect(machineFacts(nothing, root)).toMatchObject({ performanceCores: 2, efficiencyCores: 4 });
  });

  it("tell no kinds apart where all cores are of one", () => {
    const found = { ...nothing, performanceCores: 8, efficiencyCores: 0 };
    expect(machineFacts(found, madeSystem({}))).toMatchObject({
      performanceCores: null,
      efficiencyCores: null,
    });
  });

  it("name each governor and driver once, and the container's share", () => {
    const root = madeSystem({
      [`${cpu}/cpu0/cpufreq/scaling_governor`]: "powersave\n",
      [`${cpu}/cpu1/cpufreq/scaling_governor`]: "powersave\n",
      [`${cpu}/cpu10/cpufreq/scaling_governor`]: "performance\n",
      "proc/self/cgroup": "0::/\n",
      "sys/fs/cgroup/cpu.max": "150000 100000\n",
    });
    expect(machineFacts({ ...nothing, gpuDrivers: ["550.54", "", "550.54"] }, root)).toMatchObject({
      governor: "powersave, performance",
      gpuDriver: "550.54",
      quotaCores: 1.5,
    });
  });

  it("are unknown where a system tells nothing, and can be stored so", () => {
    const facts = machineFacts(nothing, madeSystem({}));
    expect(facts).toMatchObject({
      features: null,
      performanceCores: null,
      efficiencyCores: null,
      quotaCores: null,
      isVirtual: null,
      governor: null,
      gpuDriver: null,
    });
    expect(machineFactsSchema.parse(JSON.parse(JSON.stringify(facts)))).toEqual(facts);
  });
});
