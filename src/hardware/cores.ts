import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { type ControlGroup, controlGroups } from "./control-groups.ts";
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
  const limits = controlGroups("cpu", root)
    .map(quotaOf)
    .filter((limit) => limit !== null);
  return limits.length === 0 ? null : Math.min(...limits);
}

function quotaOf({ version, folder }: ControlGroup): number | null {
  const text = (name: string): string => readText(join(folder, name))?.trim() ?? "";
  const [us = Number.NaN, perUs = Number.NaN] =
    version === 2
      ? text("cpu.max").split(" ").map(Number)
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
