import type { Facts } from "../../src/doctor/doctor-schema.ts";
import { documentWith, healthy, withBackend, withPlace, withSelfTest } from "../doctor/planted.ts";
import type { Conclusion, World } from "./world.ts";

/** What is said of a machine, whose facts are planted. */
function machine(facts: Facts): World {
  return { files: { "m.json": JSON.stringify(documentWith(facts)) }, commands: ["doctor --from m.json"] };
}

const well = machine(healthy);
const seeds = [1];

const cpuLess = (told: Partial<Facts["backends"][number]>, system: Partial<Facts["system"]> = {}): World => {
  const facts = withBackend({ name: "cpu", ...told });
  return machine({ ...facts, system: { ...facts.system, ...system } });
};
const withStore = (told: Partial<Facts["store"]>): World =>
  machine({ ...healthy, store: { ...healthy.store, ...told } });
const withCores = (told: Partial<Facts["cores"]>): World =>
  machine({ ...healthy, cores: { ...healthy.cores, ...told } });
const withMemory = (availableBytes: number, limitBytes: number | null): World =>
  machine({ ...healthy, memory: { ...healthy.memory, availableBytes, limitBytes } });

const oldNode = machine({ ...healthy, node: { ...healthy.node, version: "v22.11.0", isSupported: false } });
const works = machine(withBackend({ name: "cuda", loads: true, devices: ["Card 1"], memoryBytes: 24e9 }));
const driverless = machine(withBackend({ name: "cuda", missing: "libcuda.so.1" }, ["NVIDIA"]));
const empty = withBackend({ name: "cuda", loads: true }, ["NVIDIA"]);
const closed = machine(withPlace({ name: "database", isWritable: false, code: "EACCES" }));
const wrong = machine(withSelfTest({ name: "simulated", end: "wrong", ms: 400, why: "5 of 20 right" }));

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "doctor.nodeSupported",
    pattern: /ok Node Node v22\.20\.0 \(supported: /,
    said: well,
    unsaid: oldNode,
    seeds,
  },
  {
    sentence: "doctor.nodeUnsupported",
    pattern: /warning Node Node v22\.11\.0 is none that this program is tested with/,
    said: oldNode,
    unsaid: well,
    seeds,
  },
  {
    sentence: "doctor.engineLoads",
    pattern: /llama\.cpp v0\.4\.0 loads \(.*prebuilt: no compiler is needed\)/,
    said: well,
    unsaid: machine({ ...healthy, program: { ...healthy.program, build: "localBuild" } }),
    seeds,
  },
  {
    sentence: "doctor.engineFails",
    pattern: /problem llama\.cpp llama\.cpp does not load \(an illegal instruction\), so no model file/,
    said: cpuLess({ why: "an illegal instruction" }),
    unsaid: cpuLess({ missing: "libstdc++.so.6" }),
    seeds,
  },
  {
    sentence: "doctor.engineLacks",
    pattern: /does not load, since the system has no libstdc\+\+\.so\.6/,
    said: cpuLess({ missing: "libstdc++.so.6" }),
    unsaid: cpuLess({ why: "an illegal instruction" }),
    seeds,
  },
  {
    sentence: "doctor.engineNotPrebuilt",
    pattern: /no prebuilt llama\.cpp for linux riscv64\. .*\(here: c\+\+ and cmake\)/,
    said: cpuLess({ isShipped: false }, { arch: "riscv64", buildTools: ["c++", "cmake"] }),
    unsaid: cpuLess({ isInstalled: false }),
    seeds,
  },
  {
    sentence: "doctor.engineNotInstalled",
    pattern: /The prebuilt llama\.cpp for linux x64 was left out/,
    said: cpuLess({ isInstalled: false }),
    unsaid: cpuLess({ isShipped: false }),
    seeds,
  },
  {
    sentence: "doctor.backendWorks",
    pattern: /ok CUDA Can be used: Card 1, 24 GB of memory\./,
    said: works,
    unsaid: driverless,
    seeds,
  },
  {
    sentence: "doctor.backendWithoutDevice",
    pattern: /warning CUDA It loads and finds no device, though a card of NVIDIA is in this machine/,
    said: machine(empty),
    unsaid: machine({ ...empty, system: healthy.system }),
    seeds,
  },
  {
    sentence: "doctor.backendNotShipped",
    pattern: /ok CUDA Not used: none is shipped for linux x64\./,
    said: machine(withBackend({ name: "cuda", isShipped: false })),
    unsaid: well,
    seeds,
  },
  {
    sentence: "doctor.backendNotInstalled",
    pattern: /warning CUDA A card of NVIDIA is in this machine, but the package for it was left out/,
    said: machine(withBackend({ name: "cuda", isInstalled: false }, ["NVIDIA"])),
    unsaid: machine(withBackend({ name: "cuda", isInstalled: false })),
    seeds,
  },
  {
    sentence: "doctor.backendLacks",
    pattern: /warning CUDA A card of NVIDIA is in this machine, but libcuda\.so\.1 is not on this system/,
    said: driverless,
    unsaid: well,
    seeds,
  },
  {
    sentence: "doctor.backendLacks",
    pattern:
      /ok CUDA Not used: libcuda\.so\.1 is not on this system, and whether there is a card .* not known/,
    said: machine(withBackend({ name: "cuda", missing: "libcuda.so.1" }, null)),
    unsaid: well,
    seeds,
  },
  {
    sentence: "doctor.backendFails",
    pattern: /warning CUDA It does not load \(no answer in time\): runs use the processor\. Bring the driver/,
    said: machine(withBackend({ name: "cuda", why: "no answer in time" }, ["NVIDIA"])),
    unsaid: machine(withBackend({ name: "cuda", why: "no answer in time" })),
    seeds,
  },
  {
    sentence: "doctor.memoryFree",
    pattern: /ok memory 64 GB, of which 50 GB can be had now\./,
    said: well,
    unsaid: withMemory(3e9, 4e9),
    seeds,
  },
  {
    sentence: "doctor.memoryLimited",
    pattern: /warning memory A container's limit of 4 GB holds on this machine of 64 GB/,
    said: withMemory(3e9, 4e9),
    unsaid: well,
    seeds,
  },
  {
    sentence: "doctor.memoryLittle",
    pattern: /warning memory Only 100 MB can be had now/,
    said: withMemory(100e6, 4e9),
    unsaid: withMemory(3e9, 4e9),
    seeds,
  },
  {
    sentence: "doctor.coresFree",
    pattern: /ok processor 8 cores, all of which can be used\./,
    said: well,
    unsaid: withCores({ quota: 1 }),
    seeds,
  },
  {
    sentence: "doctor.coresByQuota",
    pattern: /warning processor A quota of 1 CPU of 8 holds/,
    said: withCores({ quota: 1 }),
    unsaid: withCores({ quota: 8 }),
    seeds,
  },
  {
    sentence: "doctor.coresByAffinity",
    pattern: /warning processor This process may run on 2 of 8 cores/,
    said: withCores({ allowed: 2 }),
    unsaid: withCores({ allowed: 2, quota: 1 }),
    seeds,
  },
  {
    sentence: "doctor.placeWritable",
    pattern: /ok database folder May be written; 80 GB free\./,
    said: well,
    unsaid: closed,
    seeds,
  },
  {
    sentence: "doctor.placeClosed",
    pattern: /problem database folder Nothing may be written there \(EACCES\), so no run can be kept/,
    said: closed,
    unsaid: well,
    seeds,
  },
  {
    sentence: "doctor.placeFull",
    pattern: /problem database folder Only 150 MB free, and a run stops/,
    said: machine(withPlace({ name: "database", freeBytes: 150e6 })),
    unsaid: machine(withPlace({ name: "database", freeBytes: 500e6 })),
    seeds,
  },
  {
    sentence: "doctor.placeNarrow",
    pattern: /warning database folder Only 500 MB free: large runs may have to stop/,
    said: machine(withPlace({ name: "database", freeBytes: 500e6 })),
    unsaid: well,
    seeds,
  },
  {
    sentence: "doctor.fileAwaited",
    pattern: /ok database There is none yet: the first run makes it/,
    said: well,
    unsaid: withStore({ file: "current", schema: 20 }),
    seeds,
  },
  {
    sentence: "doctor.fileCurrent",
    pattern: /ok database Schema 20, as this version writes it/,
    said: withStore({ file: "current", schema: 20 }),
    unsaid: withStore({ file: "older", schema: 17 }),
    seeds,
  },
  {
    sentence: "doctor.fileOlder",
    pattern: /ok database Schema 17 of 20: the next run/,
    said: withStore({ file: "older", schema: 17 }),
    unsaid: withStore({ file: "current", schema: 20 }),
    seeds,
  },
  {
    sentence: "doctor.fileUnusable",
    pattern: /problem database Cannot be used: written by a newer Longhaul/,
    said: withStore({ file: "unusable", why: "written by a newer Longhaul." }),
    unsaid: withStore({ sqlite: null, why: "written by a newer Longhaul." }),
    seeds,
  },
  {
    sentence: "doctor.sqliteFails",
    pattern: /problem database SQLite does not load: no native part/,
    said: withStore({ sqlite: null, file: "unusable", why: "no native part." }),
    unsaid: withStore({ file: "unusable", why: "no native part." }),
    seeds,
  },
  {
    sentence: "doctor.networkNotNeeded",
    pattern: /ok network Not needed, and nothing was sent/,
    said: well,
    unsaid: { commands: ["models --json {folder}"] },
    seeds,
  },
  {
    sentence: "doctor.selfTestRight",
    pattern: /ok self-test A simulated model with planted errors: its figures came out exactly/,
    said: well,
    unsaid: wrong,
    seeds,
  },
  {
    sentence: "doctor.selfTestWrong",
    pattern: /problem self-test .* did not come out right \(5 of 20 right\), so no figure of this machine/,
    said: wrong,
    unsaid: well,
    seeds,
  },
  {
    sentence: "doctor.selfTestFailed",
    pattern: /problem reference model .* could not be had \(out of memory\)/,
    said: machine(withSelfTest({ name: "reference", end: "failed", ms: 9, why: "out of memory" })),
    unsaid: wrong,
    seeds,
  },
  {
    sentence: "doctor.selfTestSlow",
    pattern: /warning reference model Stopped after 30 s, before its end/,
    said: machine(withSelfTest({ name: "reference", end: "slow", ms: 30_000, why: null })),
    unsaid: well,
    seeds,
  },
  {
    sentence: "doctor.selfTestUntried",
    pattern: /warning self-test Not tried: it needs a temporary folder/,
    said: machine(withSelfTest({ name: "simulated", end: "none", ms: null, why: null })),
    unsaid: well,
    seeds,
  },
  {
    sentence: "doctor.doctorSums",
    pattern: /Not usable yet: 1 problem\./,
    said: closed,
    unsaid: driverless,
    seeds,
  },
  {
    sentence: "doctor.doctorSums",
    pattern: /Usable, with 1 warning: models can be measured here\./,
    said: driverless,
    unsaid: closed,
    seeds,
  },
  {
    sentence: "doctor.doctorSums",
    pattern: /All is well: models can be measured here\./,
    said: well,
    unsaid: driverless,
    seeds,
  },
];
