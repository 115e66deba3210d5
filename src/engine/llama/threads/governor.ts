import type { BatchMark, Shape, ThreadPlan } from "../../../hardware/facts.ts";

/** What goes into a native batch. */
export interface Work {
  readonly shape: Shape;
  readonly conversations: number;
  readonly tokens: number;
}

/** How a batch went. */
export interface Measured {
  readonly ms: number;
  /** CPU time of the process, all threads. */
  readonly cpuMs: number;
  /** How often the system took a core away from one of the threads. */
  readonly switches: number;
}

/** What is known of the machine besides. */
interface Surroundings {
  /** Cores that other processes kept busy since it was asked last; null: not known. */
  readonly takenByOthers: () => number | null;
  /** Whether no GPU evaluates any of it. */
  readonly isCpuOnly: boolean;
  /** Threads to begin with; absent or null: as planned. */
  readonly limit?: number | null;
}

/** A batch is slow where it takes this many times what its like took. */
const slowFactor = 2;
/** One such batch is enough to act on. */
const verySlowFactor = 6;
/** With all threads again a batch must be no slower than this many times what its like took. */
const wellFactor = 1.5;
const firstRetryMs = 1_000;
/** Where trying cost time because the core was still taken, the next trial waits this many times as long. */
const patience = 8;
const lastRetryMs = 30_000;
/** How many batches of one kind are remembered. */
const remembered = 15;

/**
 * Takes threads back while another process has a core, and gives them again later. The native threads meet at a barrier
 * after each of some hundred graph nodes and spin there; one whose core is taken is waited for at each of them, so that
 * two threads on a core and a half are many times slower than one.
 *
 * It is seen by a batch's time against that of its like, together with cores taken away from the process.
 */
export class ThreadGovernor {
  readonly #plan: ThreadPlan;
  readonly #takenByOthers: () => number | null;
  readonly #isCpuOnly: boolean;
  readonly #usual = new Map<string, number[]>();
  /** Threads at most; null: as planned. */
  #limit: number | null = null;
  /** Whether a core was seen to be taken, rather than feared. */
  #wasSeen = false;
  #step = 1;
  #slowInRow = 0;
  #retryMs = firstRetryMs;
  #retryAtMs = Number.NEGATIVE_INFINITY;
  #isTrial = false;

  /** @param plan threads of each shape where no core is taken */
  constructor(plan: ThreadPlan, { takenByOthers, isCpuOnly, limit = null }: Surroundings) {
    this.#plan = plan;
    this.#takenByOthers = takenByOthers;
    this.#isCpuOnly = isCpuOnly;
    this.#limit = limit;
  }

  /** Threads for a batch that begins at that time. */
  threadsFor(work: Work, nowMs: number): number {
    const planned = this.#plan[work.shape];
    this.#isTrial = this.#limit !== null && planned > this.#limit && this.#mayRetry(planned, nowMs);
    return this.#isTrial ? planned : Math.min(planned, this.#limit ?? planned);
  }

  /** Told how a batch went, with as many threads as it was given. @returns what kept it from its usual speed */
  ended(work: Work, threads: number, measured: Measured, nowMs: number): BatchMark | null {
    const planned = this.#plan[work.shape];
    if (this.#isTrial) return this.#judgeTrial(work, threads, measured, nowMs);
    const isTaken = this.#isTaken(work, threads, measured);
    this.#slowInRow = isTaken === null ? 0 : this.#slowInRow + 1;
    if (isTaken === null) this.#remember(work, threads, measured.ms);
    if (isTaken === "very" || this.#slowInRow >= 2) this.#takeBack(threads, measured.ms, nowMs);
    return isTaken !== null || (this.#wasSeen && threads < planned) ? "busy" : null;
  }

  #mayRetry(planned: number, nowMs: number): boolean {
    if (nowMs < this.#retryAtMs) return false;
    const taken = this.#takenByOthers();
    if (taken === null || taken < 0.3 || planned <= (this.#limit ?? planned)) return true;
    // Known to be taken still: looked at again soon, since looking costs nothing.
    this.#retryAtMs = nowMs + firstRetryMs;
    return false;
  }

  #judgeTrial(work: Work, threads: number, measured: Measured, nowMs: number): BatchMark | null {
    const usualMs = this.#usualMs(work, threads);
    const limitedMs = this.#usualMs(work, this.#limit ?? 1);
    const isWell =
      usualMs !== null
        ? measured.ms <= wellFactor * usualMs
        : limitedMs === null
          ? !this.#isSqueezed(measured, threads)
          : measured.ms < 0.95 * limitedMs;
    if (!isWell) {
      this.#wait(Math.max(2 * this.#retryMs, patience * measured.ms), nowMs);
      return this.#isSqueezed(measured, threads) ? "busy" : null;
    }
    this.#limit = null;
    this.#wasSeen = false;
    this.#step = 1;
    this.#slowInRow = 0;
    this.#remember(work, threads, measured.ms);
    return null;
  }

  /** Whether a core was taken while it ran; `very`: beyond doubt. */
  #isTaken(work: Work, threads: number, measured: Measured): "slow" | "very" | null {
    if (threads < 2 || !this.#isSqueezed(measured, threads)) return null;
    const usualMs = this.#usualMs(work, threads);
    if (usualMs === null) {
      const share = measured.cpuMs / (measured.ms * threads);
      return this.#isCpuOnly && measured.ms > 20 && share < 0.8 ? "slow" : null;
    }
    const factor = measured.ms / usualMs;
    return factor > verySlowFactor && measured.ms > 100 ? "very" : factor > slowFactor ? "slow" : null;
  }

  #takeBack(threads: number, slowMs: number, nowMs: number): void {
    // Soon taken back again: the core is taken for long, so that trying costs more than waiting.
    const wasSoon = this.#limit === null && nowMs - this.#retryAtMs < 2 * this.#retryMs;
    this.#wait(Math.max(wasSoon ? 2 * this.#retryMs : firstRetryMs, patience * slowMs), nowMs);
    this.#wasSeen = true;
    this.#limit = Math.max(1, threads - this.#step);
    this.#step *= 2;
    this.#slowInRow = 0;
    this.#takenByOthers();
  }

  #wait(ms: number, nowMs: number): void {
    this.#retryMs = Math.min(lastRetryMs, ms);
    this.#retryAtMs = nowMs + this.#retryMs;
  }

  #usualMs(work: Work, threads: number): number | null {
    const times = this.#usual.get(keyOf(work, threads))?.toSorted((a, b) => a - b) ?? [];
    return times.length < 2 ? null : (times[times.length >> 1] ?? null);
  }

  /**
   * Whether the threads did not have their cores for themselves. Where a GPU takes part they wait for it, so that their
   * time says nothing.
   */
  #isSqueezed({ ms, cpuMs, switches }: Measured, threads: number): boolean {
    return switches >= 2 || (this.#isCpuOnly && cpuMs < 0.9 * threads * ms);
  }

  #remember(work: Work, threads: number, ms: number): void {
    const key = keyOf(work, threads);
    this.#usual.set(key, [...(this.#usual.get(key) ?? []), ms].slice(-remembered));
  }
}

/** Prefill of like size, decoding of as many conversations. */
function keyOf({ shape, conversations, tokens }: Work, threads: number): string {
  const size = shape === "prefill" ? Math.round(2 * Math.log2(tokens)) : conversations;
  return `${shape} ${size} ${threads}`;
}
