import type { Backend, DoctorDocument, Facts, Place } from "../../src/doctor/doctor-schema.ts";

/** A machine on which all is well: eight cores, no card. */
export const healthy: Facts = {
  node: { version: "v22.20.0", wanted: "^20.19.0 || >=22.14.0", isSupported: true },
  program: { version: "0.1.0", binding: "3.21.1", llamaCpp: "v0.4.0", build: "prebuilt" },
  system: {
    os: "linux 6.8.0",
    arch: "x64",
    libc: "glibc 2.39",
    cpuModel: "a processor",
    gpuMakers: [],
    buildTools: [],
  },
  backends: [
    backend({ name: "cpu", loads: true }),
    backend({ name: "cuda", missing: "libcuda.so.1" }),
    backend({ name: "vulkan", missing: "libvulkan.so.1" }),
  ],
  memory: { totalBytes: 64e9, availableBytes: 50e9, limitBytes: null },
  cores: { logical: 8, allowed: 8, quota: null, physical: 4 },
  places: [place({ name: "database" }), place({ name: "cache" }), place({ name: "temporary" })],
  store: { sqlite: "3.53.2", file: "none", schema: null, ownSchema: 20, why: null },
  selfTests: [
    { name: "simulated", end: "right", ms: 400, why: null },
    { name: "reference", end: "right", ms: 2300, why: null },
  ],
};

/** One that came with the program and does not load, unless told. */
export function backend(told: Pick<Backend, "name"> & Partial<Backend>): Backend {
  return {
    isShipped: true,
    isInstalled: true,
    loads: false,
    missing: null,
    why: null,
    devices: [],
    memoryBytes: null,
    ...told,
  };
}

/** The healthy machine with another of its backends in place. */
export function withBackend(
  told: Pick<Backend, "name"> & Partial<Backend>,
  gpuMakers: string[] | null = [],
): Facts {
  const other = backend(told);
  const backends = healthy.backends.map((one) => (one.name === other.name ? other : one));
  return { ...healthy, backends, system: { ...healthy.system, gpuMakers } };
}

/** One that may be written and has room, unless told. */
export function place(told: Pick<Place, "name"> & Partial<Place>): Place {
  return { isWritable: true, code: null, freeBytes: 80e9, ...told };
}

/** The healthy machine with another folder in place. */
export function withPlace(told: Pick<Place, "name"> & Partial<Place>): Facts {
  const other = place(told);
  return { ...healthy, places: healthy.places.map((one) => (one.name === other.name ? other : one)) };
}

/** The healthy machine with another end of a self-test in place. */
export function withSelfTest(told: Facts["selfTests"][number]): Facts {
  return { ...healthy, selfTests: healthy.selfTests.map((one) => (one.name === told.name ? told : one)) };
}

/** What `doctor --from` takes; what is said of the facts is said anew. */
export function documentWith(facts: Facts): DoctorDocument {
  return { $schema: "longhaul:doctor/1", schemaVersion: 1, state: "ok", summary: "", checks: [], facts };
}
