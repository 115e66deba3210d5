import { readFileSync } from "node:fs";
import { freemem } from "node:os";
import { dirname, join } from "node:path";

/**
 * Memory that can be had without swapping, in bytes: what the system has, or what is left of a container's limit where
 * that is less. Cached files count as free, since the system drops them for whoever needs memory.
 *
 * @param root where the system's files are found
 */
export async function availableMemoryBytes(root = "/"): Promise<number> {
  return Math.min(await systemBytes(), containerBytes(root));
}

/** On a Mac the pages that Node counts as free are those that hold nothing at all, not even a file that was read. */
async function systemBytes(): Promise<number> {
  if (process.platform !== "darwin") return freemem();
  const { mem } = await import("systeminformation");
  return Math.max(freemem(), (await mem().catch(() => null))?.available ?? 0);
}

/** Files of one version of control groups, and where its groups are mounted. */
interface Groups {
  readonly mount: string;
  /** The line of /proc/self/cgroup that names this process's group. */
  readonly line: RegExp;
  readonly limit: string;
  readonly used: string;
  /** Cached files among what is used. */
  readonly cached: RegExp;
}

const versions: readonly Groups[] = [
  {
    mount: "sys/fs/cgroup",
    line: /^0::(.*)$/m,
    limit: "memory.max",
    used: "memory.current",
    cached: /^(?:in)?active_file (\d+)$/gm,
  },
  {
    mount: "sys/fs/cgroup/memory",
    line: /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m,
    limit: "memory.limit_in_bytes",
    used: "memory.usage_in_bytes",
    cached: /^total_(?:in)?active_file (\d+)$/gm,
  },
];

/** What the tightest limit over this process leaves; infinite where there is none. */
function containerBytes(root: string): number {
  const own = textOf(join(root, "proc/self/cgroup")) ?? "";
  const left = versions.flatMap((groups) => {
    const path = groups.line.exec(own)?.[1];
    return path === undefined
      ? []
      : pathsUp(path).map((one) => leftIn(join(root, groups.mount, one), groups));
  });
  return Math.min(Number.POSITIVE_INFINITY, ...left);
}

/** A group and all above it: the limits of each hold. Inside a container the topmost is the container's own. */
function pathsUp(path: string): string[] {
  const above = dirname(path);
  return above === path ? [path] : [path, ...pathsUp(above)];
}

function leftIn(folder: string, { limit, used, cached }: Groups): number {
  const limitBytes = numberIn(join(folder, limit));
  const usedBytes = numberIn(join(folder, used));
  if (limitBytes === null || usedBytes === null) return Number.POSITIVE_INFINITY;
  const cachedBytes = [...(textOf(join(folder, "memory.stat")) ?? "").matchAll(cached)].reduce(
    (sum, [, bytes]) => sum + Number(bytes),
    0,
  );
  return Math.max(0, limitBytes - Math.max(0, usedBytes - cachedBytes));
}

/** Null for a file that is not there, and for "max". */
function numberIn(path: string): number | null {
  const number = Number.parseInt(textOf(path) ?? "", 10);
  return Number.isFinite(number) ? number : null;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
