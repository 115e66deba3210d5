import { nowMs, wallMs } from "../clock.ts";

/** Clocks and a timer; tests bring their own. */
export interface Time {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Milliseconds of the wall clock. */
  wallMs(): number;
  /** Calls back again and again. @returns what ends it */
  every(everyMs: number, call: () => void): () => void;
}

export const realTime: Time = {
  nowMs,
  wallMs,
  every: (everyMs, call) => {
    // It watches what else goes on, and keeps no process alive.
    const timer = setInterval(call, everyMs).unref();
    return () => clearInterval(timer);
  },
};

/** How often a worker tells that it lives, and how often its parent looks. */
const tickEveryMs = 5_000;

/** A tick that took more than so many times its due time came late. */
const lateFactor = 2;

/**
 * A timer that knows when it came late: this process did not run for a while, since it was stopped, its machine slept, or
 * something held its thread. Where the monotonic clock stands still in sleep the wall clock tells, so one that was put
 * forward counts as sleep, too.
 */
export class Ticks {
  readonly #time: Time;
  readonly #stop: () => void;
  #lastMs: number;
  #lastWallMs: number;
  /** When it was last found to be late, by the monotonic clock. */
  #cameLateMs = Number.NEGATIVE_INFINITY;

  /** @param onTick told whether it came late */
  constructor(time: Time, onTick: (cameLate: boolean) => void) {
    this.#time = time;
    this.#lastMs = time.nowMs();
    this.#lastWallMs = time.wallMs();
    this.#stop = time.every(tickEveryMs, () => onTick(this.#look()));
  }

  /** Whether this process did not run for a while after that moment of the monotonic clock. */
  heldUpSince(startMs: number): boolean {
    // What waited with the timer may have its turn before it.
    if (this.#isLate) this.#look();
    return this.#cameLateMs > startMs;
  }

  stop(): void {
    this.#stop();
  }

  #look(): boolean {
    const cameLate = this.#isLate;
    this.#lastMs = this.#time.nowMs();
    this.#lastWallMs = this.#time.wallMs();
    if (cameLate) this.#cameLateMs = this.#lastMs;
    return cameLate;
  }

  get #isLate(): boolean {
    const passedMs = Math.max(this.#time.nowMs() - this.#lastMs, this.#time.wallMs() - this.#lastWallMs);
    return passedMs > lateFactor * tickEveryMs;
  }
}
