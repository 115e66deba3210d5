import { join } from "node:path";
import { allowedCores, quotaCores } from "./cores.ts";
import type { MachineFacts } from "./facts.ts";
import { memoryLimitBytes } from "./memory.ts";
import { namesIn, readText } from "./read-text.ts";

/** What another library found; null: nothing in time. */
export interface Found {
  readonly flags: string | null;
  readonly performanceCores: number | null;
  readonly efficiencyCores: number | null;
  /** Empty where a card's driver is not told. */
  readonly gpuDrivers: readonly string[];
}

/** Instruction sets that llama.cpp has code for, of x86, ARM, POWER, LoongArch, RISC-V and z. */
const features =
  /^(ssse3|sse3|pni|avx|avx2|avx512\w*|avx_vnni\w*|avx10\w*|f16c|fma|bmi2|amx[_-]\w+|neon|asimd|asimdhp|asimddp|fphp|i8mm|bf16|sve\w*|sme(?:2|[if]\w+)?|vsx|lasx|lsx|rvv|vxe\d?)$/;

/**
 * Facts that say why one machine is faster than another of the same name.
 *
 * @param root of the file system, for tests
 */
export function machineFacts(found: Found, root = "/"): MachineFacts {
  const cpuinfo = readText(join(root, "proc/cpuinfo"));
  const told = (cpuinfo === null ? null : flagsOf(cpuinfo)) ?? found.flags;
  const flags =
    told === null || told.trim() === ""
      ? null
      : told
          .trim()
          .toLowerCase()
          .split(/[\s,]+/);
  const kinds = coreKinds(found, root);
  return {
    features: flags === null ? null : [...new Set(flags.filter((flag) => features.test(flag)))],
    performanceCores: kinds?.performance ?? null,
    efficiencyCores: kinds?.efficiency ?? null,
    allowedCores: allowedCores(),
    quotaCores: quotaCores(root),
    memoryLimitBytes: memoryLimitBytes(root),
    isVirtual: cpuinfo === null ? null : isGuest(cpuinfo),
    governor: governorOf(root),
    gpuDriver: listed(found.gpuDrivers),
  };
}

/** Of the first processor, as Linux tells them: on x86 and on ARM by another name. */
function flagsOf(cpuinfo: string): string | null {
  return /^(?:flags|Features|features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1] ?? null;
}

/** A processor of x86 tells the guests of a hypervisor; null: another one, which does not. */
function isGuest(cpuinfo: string): boolean | null {
  const flags = /^flags\s*:\s*(.*)$/m.exec(cpuinfo)?.[1] ?? null;
  return flags === null ? null : /\bhypervisor\b/.test(flags);
}

/** Intel's hybrids are two devices to Linux; elsewhere a library tells. Null: all are of one kind, or it is not told. */
function coreKinds(
  { performanceCores, efficiencyCores }: Found,
  root: string,
): { readonly performance: number; readonly efficiency: number } | null {
  const [performance, efficiency] = ["cpu_core", "cpu_atom"].map((kind) =>
    physicalAmong(readText(join(root, `sys/devices/${kind}/cpus`)), root),
  );
  if (performance != null && efficiency != null) return { performance, efficiency };
  if (performanceCores === null || efficiencyCores === null) return null;
  return efficiencyCores > 0 && performanceCores > 0
    ? { performance: performanceCores, efficiency: efficiencyCores }
    : null;
}

/** Physical cores among logical ones, given as in "0-7,16". */
function physicalAmong(list: string | null, root: string): number | null {
  if (list === null || list.trim() === "") return null;
  const logical = list
    .trim()
    .split(",")
    .flatMap((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
  const siblings = logical.map(
    (cpu) =>
      readText(join(root, `sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`))?.trim() ??
      String(cpu),
  );
  return new Set(siblings).size;
}

function governorOf(root: string): string | null {
  const folder = join(root, "sys/devices/system/cpu");
  return listed(
    namesIn(folder)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => readText(join(folder, name, "cpufreq/scaling_governor"))?.trim() ?? ""),
  );
}

/** Each once; null: none. */
function listed(texts: readonly string[]): string | null {
  const distinct = [...new Set(texts)].filter((text) => text !== "");
  return distinct.length === 0 ? null : distinct.join(", ");
}
