import { setTimeout as waitFor } from "node:timers/promises";
import { nowMs } from "../../clock.ts";

/** How time passes between tries, and between looks at the server. */
export interface Pace {
  readonly nowMs: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

export const realPace: Pace = { nowMs, wait: (ms, signal) => waitFor(ms, undefined, { signal }) };
