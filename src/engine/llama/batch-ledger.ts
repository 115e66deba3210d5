import { nowMs } from "../../clock.ts";
import type { Batch } from "../engine.ts";
import type { BatchThreads, ThreadsUsed } from "./batch-threads.ts";

/** Notes each native decode call: what went into it, when it began and ended. */
export class BatchLedger {
  readonly #threads: BatchThreads;
  /** What batches are for from here on. */
  phase: Batch["phase"] = "warmup";
  /** Whether given tokens are evaluated, or generated ones. */
  isPrefill = true;
  /** In the round under way: given to the model, so they are no decoded ones. */
  injectedTokens = 0;
  readonly #originMs = nowMs();
  readonly #markOf: (startMs: number) => Batch["mark"];
  #ended: Batch[] = [];
  #open: Omit<Batch, "endMs" | keyof ThreadsUsed> | null = null;
  #count = 0;

  /** @param markOf what is known from outside of a batch that began then and has ended */
  constructor(threads: BatchThreads, markOf: (startMs: number) => Batch["mark"]) {
    this.#threads = threads;
    this.#markOf = markOf;
  }

  /** Batches so far, so that the next one has this number. */
  get count(): number {
    return this.#count;
  }

  /** A batch of so many conversations and tokens begins; one that is open ends. */
  begin(conversations: number, tokens: number): void {
    this.end();
    if (conversations === 0) return;
    this.#threads.begin({
      shape: this.isPrefill ? "prefill" : conversations === 1 ? "decodeOne" : "decodeAll",
      conversations,
      tokens,
    });
    this.#open = {
      index: this.#count++,
      phase: this.phase,
      startMs: nowMs() - this.#originMs,
      conversations,
      prefillTokens: this.isPrefill ? tokens : this.injectedTokens,
      decodeTokens: this.isPrefill ? 0 : tokens - this.injectedTokens,
    };
  }

  /** A batch ends when the next one begins or the round is over; sampling is part of it. */
  end(): void {
    if (this.#open === null) return;
    const endMs = nowMs() - this.#originMs;
    const known = this.#markOf(this.#open.startMs + this.#originMs);
    const { used, markBefore } = this.#threads.end(endMs - this.#open.startMs, known);
    // One that was taken already stands in its row as it was known then.
    const before = markBefore === null ? undefined : this.#ended.at(-1);
    if (before?.mark === null) this.#ended.splice(-1, 1, { ...before, mark: markBefore });
    this.#ended.push({ ...this.#open, endMs, ...used });
    this.#open = null;
  }

  /** Those that ended since the last taking and have at least this number. */
  endedFrom(index: number): Batch[] {
    return this.#ended.filter((batch) => batch.index >= index);
  }

  /** Those that ended since the last taking. */
  take(): Batch[] {
    const batches = this.#ended;
    this.#ended = [];
    return batches;
  }
}
