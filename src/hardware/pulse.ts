import { setTimeout } from "node:timers/promises";
import { heldBackFrom } from "./facts.ts";
import { nowMs } from "../clock.ts";

/** Steps of the computation: some 15 ms on a core of 2022. Part of what it measures: rows are compared by it. */
const steps = 8_000_000;
const repeats = 5;

let fastestMs: number | null = null;

export interface Pulse {
  readonly ms: number;
  /** Of all since the program was started, this one included. */
  readonly fastestMs: number;
}

/** A process that has just ended keeps a machine busy for a moment: a slow pulse is taken again, so often and so late. */
const retries = 4;
const retryAfterMs = 250;

/**
 * A pulse, taken again where it is slow for no more than a moment. A second at most.
 *
 * @returns the fastest of them
 */
export async function settledPulse(): Promise<Pulse> {
  let pulse = takePulse();
  for (let retry = 0; retry < retries && isHeldBack(pulse.ms, pulse.fastestMs); retry++) {
    await setTimeout(retryAfterMs);
    const next = takePulse();
    pulse = next.ms < pulse.ms ? next : pulse;
  }
  return pulse;
}

/**
 * Times a fixed computation on this thread, several times after one that does not count. Takes a tenth of a second or
 * so; nothing may be measured meanwhile.
 *
 * @returns the median, in milliseconds
 */
export function takePulse(): Pulse {
  timed();
  const times = Array.from({ length: repeats }, timed).toSorted((a, b) => a - b);
  const ms = times[repeats >> 1] ?? 0;
  fastestMs = Math.min(fastestMs ?? ms, ms);
  return { ms, fastestMs };
}

/**
 * Whether a processor was slower then than it can be.
 *
 * @param fastestMs the fastest pulse that is known of this machine
 */
export function isHeldBack(pulseMs: number, fastestMs: number): boolean {
  return pulseMs > fastestMs * heldBackFrom;
}

function timed(): number {
  const startMs = nowMs();
  let value = 1;
  for (let step = 0; step < steps; step++) value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0;
  const elapsedMs = nowMs() - startMs;
  // What nobody looks at would not be computed.
  return value === 0 ? elapsedMs + Number.EPSILON : elapsedMs;
}
