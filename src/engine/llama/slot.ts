import type { LlamaContextSequence } from "node-llama-cpp";

/** One sequence of the context and what is known to be in its KV cache. */
export interface Slot {
  readonly sequence: LlamaContextSequence;
  readonly index: number;
  /** Ids in the KV cache, in order. */
  cached: number[];
  /** A native failure may have left the cache in disorder: clear it before the next use. */
  dirty: boolean;
}
