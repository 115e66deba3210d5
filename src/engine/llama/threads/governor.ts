import type { BatchMark, Shape, ThreadPlan } from "../../../hardware/facts.ts";
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
/** One such batch is enough to act on. */
const verySlowFactor = 6;
/** With all threads again a batch must be no slower than this many times what its like took. */
const wellFactor = 1.5;
/** More threads than were planned must be faster by this much. */
const fasterShare = 0.95;
const firstRetryMs = 1_000;
const lastRetryMs = 30_000;
/** Where trying cost time because the core was still taken, the next trial waits this many times as long. */
const patience = 8;
/** Where nothing like a batch is known, threads that share a core lose it this often. */
const crowdedEveryMs = 10;

/**
 * Takes threads back while another process has a core, and gives them again later. The native threads meet at a barrier
 * after each of some hundred graph nodes and spin there; one whose core is taken is waited for at each of them, so that
 * two threads on a core and a half are many times slower than one.
 *
 * It is seen by a batch's time against that of its like, together with cores taken away from the process. Processor time
 * says nothing: sampling is done by one thread, and threads wait for disks and graphics, too.
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

  constructor({ plan, aim, takenByOthers }: Surroundings) {
    this.#plan = { ...plan };
    this.#aim = aim;
    this.#takenByOthers = takenByOthers;
  }

  /** Threads for a batch that begins at that time. */
  threadsFor(work: Work, nowMs: number): number {
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

  /** Told how a batch went, with as many threads as it was given. @returns what kept it from its usual speed */
  ended(work: Work, threads: number, measured: Measured, nowMs: number): BatchMark | null {
    if (this.#trial === "again") return this.#judgeRetry(work, threads, measured, nowMs);
    if (this.#trial === "more") return this.#judgeRaise(work, threads, measured, nowMs);
    const isTaken = this.#isTaken(work, threads, measured);
    this.#slowInRow = isTaken === null ? 0 : this.#slowInRow + 1;
    if (isTaken === null) this.#like.remember(work, threads, measured.ms);
    if (isTaken === "very" || this.#slowInRow >= 2) this.#takeBack(threads, measured.ms, nowMs);
    return isTaken !== null || threads < this.#plan[work.shape] ? "busy" : null;
  }

  #mayRetry(nowMs: number): boolean {
    if (nowMs < this.#retryAtMs) return false;
    const taken = this.#takenByOthers();
    if (taken === null || taken < 0.3) return true;
    // Known to be taken still: looked at again soon, since looking costs nothing.
    this.#retryAtMs = nowMs + firstRetryMs;
    return false;
  }

  #judgeRetry(work: Work, threads: number, measured: Measured, nowMs: number): BatchMark | null {
    const usualMs = this.#like.usualMs(work, threads);
    const limitedMs = this.#like.usualMs(work, this.#limit ?? 1);
    const isWell =
      usualMs !== null
        ? measured.ms <= wellFactor * usualMs
        : limitedMs === null
          ? !isCrowded(measured)
          : measured.ms < fasterShare * limitedMs;
    if (!isWell) {
      this.#wait(2 * this.#retryMs, measured.ms, nowMs);
      return "busy";
    }
    this.#limit = null;
    this.#step = 1;
    this.#slowInRow = 0;
    this.#like.remember(work, threads, measured.ms);
    return null;
  }

  #mayRaise(work: Work, nowMs: number): boolean {
    return nowMs >= this.#raiseAtMs && this.#like.usualMs(work, this.#plan[work.shape]) !== null;
  }

  #judgeRaise(work: Work, threads: number, measured: Measured, nowMs: number): BatchMark | null {
    const plannedMs = this.#like.usualMs(work, this.#plan[work.shape]) ?? 0;
    if (measured.ms < fasterShare * plannedMs) {
      this.#plan[work.shape] = threads;
      this.#like.remember(work, threads, measured.ms);
      return null;
    }
    this.#raiseMs = Math.max(Math.min(lastRetryMs, 2 * this.#raiseMs), patience * measured.ms);
    this.#raiseAtMs = nowMs + this.#raiseMs;
    return isCrowded(measured) ? "busy" : null;
  }

  /** Whether a core was taken while it ran; `very`: beyond doubt. */
  #isTaken(work: Work, threads: number, measured: Measured): "slow" | "very" | null {
    if (threads < 2) return null;
    const usualMs = this.#like.usualMs(work, threads);
    if (usualMs === null) return isCrowded(measured) ? "slow" : null;
    if ((measured.switches ?? 2) < 2) return null;
    const factor = measured.ms / usualMs;
    return factor > verySlowFactor && measured.ms > 100 ? "very" : factor > slowFactor ? "slow" : null;
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

/** Whether threads shared a core, by the number of times that one lost it. */
function isCrowded({ ms, switches }: Measured): boolean {
  return switches !== null && ms > 2 * crowdedEveryMs && switches > ms / crowdedEveryMs;
}
