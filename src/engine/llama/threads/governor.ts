import type { Shape, ThreadPlan } from "../../../hardware/facts.ts";
import { LikeTimes, type Work } from "./like-times.ts";

/** How a batch went. */
export interface Measured {
  readonly ms: number;
  /** How often the system took a core away from one of the threads; null: it does not tell. */
  readonly switches: number | null;
}

/** What is known of the machine besides. */
export interface Surroundings {
  /** Threads for each shape where no core is taken, as far as was seen. */
  readonly plan: ThreadPlan;
  /** More that may be faster once cores are free, where others had some when the plan was made; null: none. */
  readonly aim: number | null;
  /** Cores that other processes kept busy since it was asked last; null: not known. */
  readonly takenByOthers: () => number | null;
}

/** A batch is slow where it takes this many times what its like took. */
const slowFactor = 2;
/** Where only batches of another size are known. */
const slowFactorOfOthers = 4;
/** With all threads again a batch must be no slower than this many times what its like took. */
const wellFactor = 1.5;
/** More threads than were planned must be faster by this much. */
const fasterShare = 0.95;
const firstRetryMs = 1_000;
const lastRetryMs = 30_000;
/** Where trying cost time because the core was still taken, the next trial waits this many times as long. */
const patience = 8;
/** What others take is looked at so often: it costs a file of the system. */
const lookEveryMs = 1_000;
/** So much of a core taken by others makes threads wait for each other. */
const takenCores = 0.3;

/**
 * Takes threads back while another process has a core, and gives them again later. The native threads meet at a barrier
 * after each of some hundred graph nodes and spin there; one whose core is taken is waited for at each of them, so that
 * two threads on a core and a half are many times slower than one.
 *
 * It is seen by batches that are slow against their like, while the system took cores away from the process and, where it
 * tells, other processes had some; else two in a row are needed. Processor time says nothing: sampling is done by
 * one thread, and threads wait for disks and for graphics, which compile programs for seconds at times.
 */
export class ThreadGovernor {
  readonly #plan: Record<Shape, number>;
  readonly #aim: number | null;
  readonly #takenByOthers: () => number | null;
  readonly #like = new LikeTimes();
  /** Threads at most; null: as planned. */
  #limit: number | null = null;
  #step = 1;
  #slowInRow = 0;
  #retryMs = firstRetryMs;
  #retryAtMs = Number.NEGATIVE_INFINITY;
  #raiseMs = firstRetryMs;
  #raiseAtMs = Number.NEGATIVE_INFINITY;
  #trial: "again" | "more" | null = null;
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor({ plan, aim, takenByOthers }: Surroundings) {
    this.#plan = { ...plan };
    this.#aim = aim;
    this.#takenByOthers = takenByOthers;
  }

  /** Threads for a batch that begins at that time. */
  threadsFor(work: Work, nowMs: number): number {
    this.#look(nowMs);
    const planned = this.#plan[work.shape];
    const limit = this.#limit ?? planned;
    if (planned > limit) {
      this.#trial = this.#mayRetry(nowMs) ? "again" : null;
      return this.#trial === null ? limit : planned;
    }
    const more = this.#aim ?? 0;
    this.#trial = this.#limit === null && more > planned && this.#mayRaise(work, nowMs) ? "more" : null;
    return this.#trial === null ? planned : more;
  }

  /**
   * Told how a batch went, with as many threads as it was given.
   *
   * @returns how many batches, this one the last of them, others are now known to have kept from their usual speed
   */
  ended(work: Work, threads: number, measured: Measured, nowMs: number): number {
    if (this.#trial === "again") return this.#judgeRetry(work, threads, measured, nowMs);
    if (this.#trial === "more") return this.#judgeRaise(work, threads, measured, nowMs);
    const isTaken = this.#isTaken(work, threads, measured);
    // The one before was slow, too, and nobody could tell yet why.
    const busy = isTaken ? Math.min(2, this.#slowInRow) : Number(threads < this.#plan[work.shape]);
    if (isTaken) this.#takeBack(threads, measured.ms, nowMs);
    return busy;
  }

  #mayRetry(nowMs: number): boolean {
    if (nowMs < this.#retryAtMs) return false;
    const taken = this.#takenByOthers();
    if (taken === null || taken < takenCores) return true;
    // Known to be taken still: looked at again soon, since looking costs nothing.
    this.#retryAtMs = nowMs + firstRetryMs;
    return false;
  }

  #judgeRetry(work: Work, threads: number, measured: Measured, nowMs: number): number {
    const usualMs = this.#like.usualMs(work, threads);
    const limitedMs = this.#like.usualMs(work, this.#limit ?? 1) ?? Number.POSITIVE_INFINITY;
    const mostMs = usualMs === null ? fasterShare * limitedMs : wellFactor * usualMs;
    if (measured.ms > mostMs) {
      this.#wait(2 * this.#retryMs, measured.ms, nowMs);
      return 1;
    }
    this.#limit = null;
    this.#step = 1;
    this.#slowInRow = 0;
    this.#like.remember(work, threads, measured.ms);
    return 0;
  }

  #mayRaise(work: Work, nowMs: number): boolean {
    return nowMs >= this.#raiseAtMs && this.#like.usualMs(work, this.#plan[work.shape]) !== null;
  }

  #judgeRaise(work: Work, threads: number, measured: Measured, nowMs: number): number {
    const plannedMs = this.#like.usualMs(work, this.#plan[work.shape]) ?? 0;
    if (measured.ms < fasterShare * plannedMs) {
      this.#plan[work.shape] = threads;
      this.#like.remember(work, threads, measured.ms);
      return 0;
    }
    this.#raiseMs = Math.max(Math.min(lastRetryMs, 2 * this.#raiseMs), patience * measured.ms);
    this.#raiseAtMs = nowMs + this.#raiseMs;
    return 0;
  }

  /** Whether a core was taken while it ran: told by the system, or by the batch before as well. */
  #isTaken(work: Work, threads: number, measured: Measured): boolean {
    const isSuspected = threads >= 2 && this.#isSlow(work, threads, measured);
    this.#slowInRow = isSuspected ? this.#slowInRow + 1 : 0;
    const taken = isSuspected ? this.#takenByOthers() : null;
    const isLong = measured.ms > lookEveryMs / 2;
    const isTaken =
      taken === null ? this.#slowInRow >= 2 : taken >= takenCores && (isLong || this.#slowInRow >= 2);
    if (!isTaken && this.#slowInRow !== 1) this.#like.remember(work, threads, measured.ms);
    return isTaken;
  }

  /** Now and then, so that what others have taken since is about the last second. */
  #look(nowMs: number): void {
    if (this.#limit !== null || nowMs - this.#lookedMs < lookEveryMs) return;
    this.#lookedMs = nowMs;
    this.#takenByOthers();
  }

  #isSlow(work: Work, threads: number, { ms, switches }: Measured): boolean {
    if (switches !== null && switches < 2) return false;
    const usualMs = this.#like.usualMs(work, threads);
    if (usualMs !== null) return ms > slowFactor * usualMs;
    const expectedMs = this.#like.expectedMs(work, threads);
    return expectedMs !== null && ms > slowFactorOfOthers * expectedMs;
  }

  #takeBack(threads: number, slowMs: number, nowMs: number): void {
    // Soon taken back again: the core is taken for long, so that trying costs more than waiting.
    const wasSoon = this.#limit === null && nowMs - this.#retryAtMs < 2 * this.#retryMs;
    this.#wait(wasSoon ? 2 * this.#retryMs : firstRetryMs, slowMs, nowMs);
    this.#limit = Math.max(1, threads - this.#step);
    this.#step *= 2;
    this.#slowInRow = 0;
    this.#takenByOthers();
  }

  #wait(ms: number, slowMs: number, nowMs: number): void {
    this.#retryMs = Math.max(Math.min(lastRetryMs, ms), patience * slowMs);
    this.#retryAtMs = nowMs + this.#retryMs;
  }
}
