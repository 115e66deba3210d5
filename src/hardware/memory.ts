import { freemem, totalmem } from "node:os";
import { join } from "node:path";
import { type ControlGroup, controlGroups } from "./control-groups.ts";
import { readNumber, readText } from "./read-text.ts";

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

/** Names of a group's files, by version. */
interface GroupFiles {
  readonly limit: string;
  readonly used: string;
  /** Cached files among what is used, in `memory.stat`. */
  readonly cached: RegExp;
}

const groupFiles: Readonly<Record<ControlGroup["version"], GroupFiles>> = {
  1: {
    limit: "memory.limit_in_bytes",
    used: "memory.usage_in_bytes",
    cached: /^total_(?:in)?active_file (\d+)$/gm,
  },
  2: { limit: "memory.max", used: "memory.current", cached: /^(?:in)?active_file (\d+)$/gm },
};

/**
 * What a container may take at most, in bytes; null: no limit below the machine's memory.
 *
 * @param root where the system's files are found
 */
export function memoryLimitBytes(root = "/"): number | null {
  const limits = controlGroups("memory", root).map(
    ({ version, folder }) => readNumber(join(folder, groupFiles[version].limit)) ?? Number.POSITIVE_INFINITY,
  );
  const least = Math.min(Number.POSITIVE_INFINITY, ...limits);
  return least < totalmem() ? least : null;
}

/** What the tightest limit over this process leaves; infinite where there is none. */
function containerBytes(root: string): number {
  return Math.min(Number.POSITIVE_INFINITY, ...controlGroups("memory", root).map(leftIn));
}

function leftIn({ version, folder }: ControlGroup): number {
  const { limit, used, cached } = groupFiles[version];
  // "max" is no number: there is no limit.
  const limitBytes = readNumber(join(folder, limit));
  const usedBytes = readNumber(join(folder, used));
  if (limitBytes === null || usedBytes === null) return Number.POSITIVE_INFINITY;
  const cachedBytes = [...(readText(join(folder, "memory.stat")) ?? "").matchAll(cached)].reduce(
    (sum, [, bytes]) => sum + Number(bytes),
    0,
  );
  return Math.max(0, limitBytes - Math.max(0, usedBytes - cachedBytes));
}
