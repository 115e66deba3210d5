import { nowMs, upMs, wallMs } from "../clock.ts";

/** Clocks and a timer; tests bring their own. */
export interface Time {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Milliseconds of the wall clock. */
  wallMs(): number;
  /** Milliseconds since the machine was started, sleep included. */
  upMs(): number;
  /** Calls back again and again. @returns what ends it */
  every(everyMs: number, call: () => void): () => void;
}

export const realTime: Time = {
  nowMs,
  wallMs,
  upMs,
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

/** Clocks that tell the same drift apart by less; one that is set by less spoils no row. */
const clockStepMs = 1_000;

/**
 * A timer that knows when it came late: this process did not run for a while, since it was stopped, its machine slept, or
 * something held its thread. Where the monotonic clock stands still in sleep the wall clock goes on; so it does where it is
 * set, and the time since the machine was started tells which it was.
 */
export class Ticks {
  readonly #time: Time;
  readonly #onClockSet: (byMs: number) => void;
  readonly #stop: () => void;
  #lastMs: number;
  #lastWallMs: number;
  #lastUpMs: number;
  /** When it was last found to be late, by the monotonic clock. */
  #cameLateMs = Number.NEGATIVE_INFINITY;

  /**
   * @param onTick told whether it came late
   * @param onClockSet told by how much the wall clock was set forward, or back: less than none
   */
  constructor(
    time: Time,
    onTick: (cameLate: boolean) => void,
    onClockSet: (byMs: number) => void = () => undefined,
  ) {
    this.#time = time;
    this.#onClockSet = onClockSet;
    this.#lastMs = time.nowMs();
    this.#lastWallMs = time.wallMs();
    this.#lastUpMs = time.upMs();
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
    const { nowMs: ran, wallMs: wall, upMs: up } = this.#passed;
    const cameLate = this.#isLate;
    const byMs = wall - Math.max(ran, up);
    this.#lastMs = this.#time.nowMs();
    this.#lastWallMs = this.#time.wallMs();
    this.#lastUpMs = this.#time.upMs();
    if (cameLate) this.#cameLateMs = this.#lastMs;
    if (Math.abs(byMs) >= clockStepMs) this.#onClockSet(byMs);
    return cameLate;
  }

  /** Since it was looked at last, by each clock. */
  get #passed(): Record<"nowMs" | "wallMs" | "upMs", number> {
    return {
      nowMs: this.#time.nowMs() - this.#lastMs,
      wallMs: this.#time.wallMs() - this.#lastWallMs,
      upMs: this.#time.upMs() - this.#lastUpMs,
    };
  }

  /** Asked after every batch: the time since the start, which is read from a file, only where it has to tell. */
  get #isLate(): boolean {
    const latestMs = lateFactor * tickEveryMs;
    if (this.#time.nowMs() - this.#lastMs > latestMs) return true;
    if (this.#time.wallMs() - this.#lastWallMs <= latestMs) return false;
    return this.#passed.upMs > latestMs;
  }
}
