import type { RunRecord } from "../store/rows.ts";

/** Whether graphics took part: its processor waits for them, and not all energy is the processor's. */
export function isOnGpu({ backendUsed }: RunRecord): boolean {
  return backendUsed !== null && backendUsed !== "cpu";
}
