import { existsSync } from "node:fs";
import { join } from "node:path";
import { EngineError, messageOf } from "../../errors.ts";
import { type GpuChoice, loadBinding } from "./binding.ts";
import { prebuiltOf } from "./prebuilt.ts";

/** What came of loading a backend. */
export interface ProbedBackend {
  readonly loads: boolean;
  readonly llamaCpp: string | null;
  readonly build: string | null;
  readonly cores: number | null;
  readonly devices: readonly string[];
  readonly memoryBytes: number | null;
  /** The system's library that its own needs and the system has not; null: none is known to be missing. */
  readonly missing: string | null;
  readonly why: string | null;
}

/** Tries to load one, prebuilt or built here before; nothing is built or downloaded. Native code: it may abort the process. */
export async function probeBackend(gpu: Exclude<GpuChoice, "auto">): Promise<ProbedBackend> {
  // Where a driver is missing, the binding would look for a reason for seconds.
  const driver = drivers[gpu]?.[process.platform];
  if (driver !== undefined && !isThere(driver)) return { ...notLoaded, missing: driver };
  try {
    const { llama } = await loadBinding(gpu);
    const isGpu = gpu !== "off";
    return {
      loads: true,
      llamaCpp: llama.llamaCppRelease.release,
      build: llama.buildType,
      cores: llama.cpuMathCores,
      devices: isGpu ? await llama.getGpuDeviceNames() : [],
      memoryBytes: isGpu ? (await llama.getVramState()).total : null,
      missing: null,
      why: null,
    };
  } catch (error) {
    const why = error instanceof EngineError ? error.detail : messageOf(error);
    return { ...notLoaded, missing: missingLibrary(gpu), why };
  }
}

/** A backend of which nothing is known. */
export const notLoaded: ProbedBackend = {
  loads: false,
  llamaCpp: null,
  build: null,
  cores: null,
  devices: [],
  memoryBytes: null,
  missing: null,
  why: null,
};

/** What a backend needs before all else: the driver, or what finds drivers. */
const drivers: Readonly<Partial<Record<GpuChoice, Partial<Record<NodeJS.Platform, string>>>>> = {
  cuda: { linux: "libcuda.so.1", win32: "nvcuda.dll" },
  vulkan: { linux: "libvulkan.so.1", win32: "vulkan-1.dll" },
};

function missingLibrary(gpu: Exclude<GpuChoice, "auto">): string | null {
  const { folder } = prebuiltOf(gpu);
  const own = folder === null ? "" : join(folder, gpu === "off" ? "llama-addon.node" : `libggml-${gpu}.so`);
  return process.platform === "linux" && existsSync(own) ? lackedBy(own) : null;
}

/** Whether the system's loader finds a library. What it finds is no part of Node, which is said after it was loaded. */
function isThere(library: string): boolean {
  const refusal = refusalOf(library);
  return !/cannot open shared object|could not be found|no such file/i.test(refusal);
}

/** As glibc words it: "libcublas.so.13: cannot open shared object file: No such file or directory". */
function lackedBy(file: string): string | null {
  return /^([^/\s:]+): cannot open shared object/.exec(refusalOf(file))?.[1] ?? null;
}

function refusalOf(library: string): string {
  try {
    process.dlopen({ exports: {} }, library);
    return "";
  } catch (error) {
    return messageOf(error);
  }
}
