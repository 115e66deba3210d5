import type { LlamaContext, LlamaContextSequence } from "node-llama-cpp";
import { EngineError } from "../../errors.ts";

/** One sequence of the context and what is known to be in its KV cache. */
export interface Slot {
  readonly sequence: LlamaContextSequence;
  readonly index: number;
  /** Ids in the KV cache, in order. */
  cached: number[];
  /** A native failure may have left the cache in disorder: clear it before the next use. */
  dirty: boolean;
  /** Some of these ids are yet to be evaluated: they were given before. */
  isBehind: boolean;
}

/** A slot for each of so many conversations, in ascending order. A full context is an error, never a shifted cache. */
export function slotsOf(context: LlamaContext, conversations: number): Slot[] {
  return Array.from({ length: conversations }, (_, index) => ({
    sequence: context.getSequence({
      contextShift: { strategy: () => Promise.reject(new EngineError("native", "the context is full")) },
      checkpoints: { interval: false, max: 4 },
    }),
    index,
    cached: [],
    dirty: false,
    isBehind: false,
  }));
}
