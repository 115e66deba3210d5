import type { RunRecord } from "../store/rows.ts";

/**
 * By which clock a run's decode times were taken. 2: it begins when the prefill of the wave ends. 1, of earlier versions:
 * it began with a conversation's first token, so that the first of its next tokens waited for the prefill of all others.
 * With one conversation at a time, and with engines that have no waves of ours, both are one.
 */
export function decodeClockOf({ engine, parallel, versions }: RunRecord): 1 | 2 {
  return engine !== "llama" || parallel === 1 || versions["clock"] === "2" ? 2 : 1;
}
