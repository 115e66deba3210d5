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
  readonly #kinds = new Map<string, Kind>();

  remember(work: Work, threads: number, ms: number): void {
    const key = keyOf(work, threads);
    const kind = this.#kinds.get(key) ?? { shape: work.shape, threads, size: sizeOf(work), timesMs: [] };
    this.#kinds.set(key, { ...kind, timesMs: [...kind.timesMs, ms].slice(-remembered) });
  }

  /** The median of the last ones, in milliseconds; null: too few to tell. */
  usualMs(work: Work, threads: number): number | null {
    return medianOf(this.#kinds.get(keyOf(work, threads)));
  }

  /** What it takes at most by others of its shape, the one of the nearest size; null: there are none. */
  expectedMs({ shape, ...work }: Work, threads: number): number | null {
    const size = sizeOf({ shape, ...work });
    const distance = (kind: Kind): number => Math.abs(Math.log(kind.size / size));
    const [nearest] = [...this.#kinds.values()]
      .filter((kind) => kind.shape === shape && kind.threads === threads && medianOf(kind) !== null)
      .toSorted((one, other) => distance(one) - distance(other));
    const ms = medianOf(nearest);
    return nearest === undefined || ms === null ? null : ms * Math.max(1, size / nearest.size);
  }
}

interface Kind {
  readonly shape: Shape;
  readonly threads: number;
  readonly size: number;
  readonly timesMs: readonly number[];
}

function medianOf(kind: Kind | undefined): number | null {
  const times = kind?.timesMs.toSorted((a, b) => a - b) ?? [];
  return times.length < 2 ? null : (times[times.length >> 1] ?? null);
}

function sizeOf({ shape, conversations, tokens }: Work): number {
  return shape === "prefill" ? tokens : conversations;
}

function keyOf(work: Work, threads: number): string {
  const size = sizeOf(work);
  return `${work.shape} ${work.shape === "prefill" ? Math.round(2 * Math.log2(size)) : size} ${threads}`;
}
