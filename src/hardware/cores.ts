import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { readText } from "./read-text.ts";

/** How many threads this process can keep busy, by each that limits it. */
export interface UsableCores {
  /** Cores with arithmetic units of their own, as llama.cpp counts them; null: not known. */
  readonly physical: number | null;
  /** Logical cores that the process may run on. */
  readonly allowed: number;
  /** Cores' worth of time that a container may take; null: no limit. */
  readonly quota: number | null;
}

/** Threads above which a model is evaluated no faster: each would wait for a core. At least 1. */
export function mostThreads({ physical, allowed, quota }: UsableCores): number {
  return Math.max(1, Math.floor(Math.min(physical ?? allowed, allowed, quota ?? allowed)));
}

/** Logical cores in this process's affinity mask. */
export function allowedCores(): number {
  return availableParallelism();
}

/**
 * The least limit of CPU time of this process's control groups, in cores: version 2 (`cpu.max`), else version 1
 * (`cpu.cfs_quota_us`). Node does not count it.
 *
 * @param root of the file system, for tests
 * @returns null where there is none, or no control group
 */
export function quotaCores(root = "/"): number | null {
  const groups = (readText(join(root, "proc/self/cgroup")) ?? "").split("\n");
  const limits = groups.flatMap((line) => {
    const [, controllers = "", path = ""] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    const folders = ancestors(path);
    if (controllers === "") return folders.map((folder) => quotaOf(root, "sys/fs/cgroup", folder));
    if (!controllers.split(",").includes("cpu")) return [];
    return ["sys/fs/cgroup/cpu", `sys/fs/cgroup/${controllers}`].flatMap((mount) =>
      folders.map((folder) => quotaOf(root, mount, folder)),
    );
  });
  const known = limits.filter((limit) => limit !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** A group and those that it lies in; within a container they may not be there. */
function ancestors(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "" && part !== "..");
  return Array.from({ length: parts.length + 1 }, (_, depth) => parts.slice(0, depth).join("/"));
}

function quotaOf(root: string, mount: string, folder: string): number | null {
  const text = (name: string): string => readText(join(root, mount, folder, name))?.trim() ?? "";
  const [quota, period] = text("cpu.max").split(" ").map(Number);
  const isVersion2 = quota !== undefined && period !== undefined;
  const [us, perUs] = isVersion2
    ? [quota, period]
    : [Number(text("cpu.cfs_quota_us")), Number(text("cpu.cfs_period_us"))];
  return us > 0 && perUs > 0 ? us / perUs : null;
}

/** What all processes of the machine did since the last look. */
export class CoreUse {
  #last = snapshot();

  /**
   * Cores that others kept busy since the last call, on average; null where this process may not run on all cores, so
   * that it cannot be told.
   *
   * @param quota as {@link quotaCores} says
   */
  takenByOthers(quota: number | null): number | null {
    const [before, now] = [this.#last, snapshot()];
    this.#last = now;
    const elapsedMs = now.totalMs - before.totalMs;
    if (quota !== null || now.cores !== allowedCores() || elapsedMs <= 0) return null;
    const othersMs = now.busyMs - before.busyMs - (now.ownMs - before.ownMs);
    return Math.max(0, (othersMs / elapsedMs) * now.cores);
  }
}

function snapshot() {
  const cores = cpus().map(({ times: { user, nice, sys, idle, irq } }) => ({
    busy: user + nice + sys + irq,
    idle,
  }));
  const busyMs = cores.reduce((sum, { busy }) => sum + busy, 0);
  const { user, system } = process.cpuUsage();
  return {
    cores: cores.length,
    busyMs,
    totalMs: cores.reduce((sum, { idle }) => sum + idle, busyMs),
    ownMs: (user + system) / 1000,
  };
}
