/** What a worker tells with each beat. */
export interface Beat {
  /** Grows with every native batch and every part of a file that was loaded. */
  readonly work: number;
  /** How long the batch under way may take; null: none is, or none came before it. */
  readonly forecastMs: number | null;
  /** Whether a batch is under way; false: something is loaded, or nothing has begun. */
  readonly isInBatch: boolean;
}

/** Counts native work, and forecasts a batch from those before it. */
export class NativeWork {
  readonly #nowMs: () => number;
  readonly #wasHeldUp: (startMs: number) => boolean;
  #count = 0;
  #open: { readonly tokens: number; readonly startMs: number } | null = null;
  #longestMs: number | null = null;
  /** Of the batch that was fastest for its tokens. */
  #msPerToken = Number.POSITIVE_INFINITY;

  /** @param wasHeldUp whether something outside held up what began then: its time says nothing of others */
  constructor(nowMs: () => number, wasHeldUp: (startMs: number) => boolean) {
    this.#nowMs = nowMs;
    this.#wasHeldUp = wasHeldUp;
  }

  /**
   * Something begins: what was under way is over.
   *
   * @param tokens of a batch; 0: it is something else
   */
  begin(tokens = 0): void {
    const startMs = this.#nowMs();
    const wasHeldUp = this.#wasHeldUp(this.#open?.startMs ?? startMs);
    if (this.#open !== null && !wasHeldUp) {
      const tookMs = startMs - this.#open.startMs;
      this.#longestMs = Math.max(this.#longestMs ?? 0, tookMs);
      this.#msPerToken = Math.min(this.#msPerToken, tookMs / this.#open.tokens);
    }
    this.#count++;
    this.#open = tokens > 0 ? { tokens, startMs } : null;
  }

  /**
   * The longest so far; longer for a batch of more tokens than any before: at worst each takes as long as where that
   * went best, for many at a time are never slower than one by one.
   */
  get beat(): Beat {
    const { tokens = 0 } = this.#open ?? {};
    return {
      work: this.#count,
      isInBatch: tokens > 0,
      forecastMs:
        tokens === 0 || this.#longestMs === null
          ? null
          : Math.max(this.#longestMs, tokens * this.#msPerToken),
    };
  }
}
