import type { Shape } from "../../../hardware/facts.ts";

/** What goes into a native batch. */
export interface Work {
  readonly shape: Shape;
  readonly conversations: number;
  readonly tokens: number;
}

/** How many batches of one kind are remembered. */
const remembered = 15;

/** What batches took that are alike: prefill of like size, decoding of as many conversations, with as many threads. */
export class LikeTimes {
  readonly #times = new Map<string, number[]>();

  remember(work: Work, threads: number, ms: number): void {
    const key = keyOf(work, threads);
    this.#times.set(key, [...(this.#times.get(key) ?? []), ms].slice(-remembered));
  }

  /** The median of the last ones, in milliseconds; null: too few to tell. */
  usualMs(work: Work, threads: number): number | null {
    const times = this.#times.get(keyOf(work, threads))?.toSorted((a, b) => a - b) ?? [];
    return times.length < 2 ? null : (times[times.length >> 1] ?? null);
  }
}

function keyOf({ shape, conversations, tokens }: Work, threads: number): string {
  const size = shape === "prefill" ? Math.round(2 * Math.log2(tokens)) : conversations;
  return `${shape} ${size} ${threads}`;
}
