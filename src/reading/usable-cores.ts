import type { MachineRow } from "../store/rows.ts";

/**
 * Cores' worth of time that a process could have there: what its affinity and its container left of the logical cores.
 * Rows of earlier versions do not tell what a container took.
 */
export function usableCores({ logicalCores, facts }: Pick<MachineRow, "logicalCores" | "facts">): number {
  return Math.min(facts?.allowedCores ?? logicalCores, facts?.quotaCores ?? Infinity);
}
