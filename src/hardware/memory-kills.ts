import { join } from "node:path";
import { controlGroups } from "./control-groups.ts";
import { readText } from "./read-text.ts";

/** How many processes the kernel has killed for want of memory, ever. Null: it does not tell. */
export interface MemoryKills {
  /** In this process's control group. */
  readonly own: number | null;
  readonly anywhere: number | null;
}

/** @param root where the system's files are found */
export function memoryKills(root = "/"): MemoryKills {
  const counts = controlGroups("memory", root).map(({ version, folder }) =>
    countIn(join(folder, version === 2 ? "memory.events" : "memory.oom_control")),
  );
  return {
    // The innermost that is there: those around it hold others, too.
    own: counts.findLast((count) => count !== null) ?? null,
    anywhere: countIn(join(root, "proc/vmstat")),
  };
}

/** Whether it killed one in between: in the own group for certain, somewhere, or nowhere; null: it does not tell. */
export function killedBetween(before: MemoryKills, after: MemoryKills): "own" | "anywhere" | "none" | null {
  if (rose(before.own, after.own)) return "own";
  if (rose(before.anywhere, after.anywhere)) return "anywhere";
  return after.own === null && after.anywhere === null ? null : "none";
}

function rose(before: number | null, after: number | null): boolean {
  return before !== null && after !== null && after > before;
}

function countIn(path: string): number | null {
  const [, count] = /^oom_kill (\d+)$/m.exec(readText(path) ?? "") ?? [];
  return count === undefined ? null : Number(count);
}
