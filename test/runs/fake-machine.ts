import type { Time } from "../../src/runs/tick.ts";

interface Timer {
  dueMs: number;
  /** Null: once. */
  readonly everyMs: number | null;
  readonly process: FakeProcess;
  readonly call: () => void;
}

/** A machine whose time passes when it is told to. Processes can be stopped; their timers come late, once. */
export class FakeMachine {
  nowMs = 0;
  wallMs = 1e12;
  upMs = 1e6;
  #timers: Timer[] = [];

  process(): FakeProcess {
    return new FakeProcess(this);
  }

  add(timer: Timer): () => void {
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets time pass. */
  run(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const [next] = this.#timers
        .filter(({ process, dueMs }) => !process.isStopped && Math.max(dueMs, this.nowMs) <= endMs)
        .toSorted((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      this.#pass(Math.max(0, next.dueMs - this.nowMs));
      if (next.everyMs === null) this.#timers = this.#timers.filter((other) => other !== next);
      else next.dueMs = this.nowMs + next.everyMs;
      next.call();
    }
    this.#pass(endMs - this.nowMs);
  }

  /** No process runs meanwhile. @param isClockStanding whether the monotonic clock stands still, as Linux has it */
  sleep(ms: number, isClockStanding: boolean): void {
    this.wallMs += ms;
    this.upMs += ms;
    if (!isClockStanding) this.nowMs += ms;
  }

  /** Somebody, or the network, sets the clock. */
  setClock(byMs: number): void {
    this.wallMs += byMs;
  }

  #pass(ms: number): void {
    this.nowMs += ms;
    this.wallMs += ms;
    this.upMs += ms;
  }
}

export class FakeProcess implements Time {
  isStopped = false;
  readonly #machine: FakeMachine;

  constructor(machine: FakeMachine) {
    this.#machine = machine;
  }

  nowMs(): number {
    return this.#machine.nowMs;
  }

  wallMs(): number {
    return this.#machine.wallMs;
  }

  upMs(): number {
    return this.#machine.upMs;
  }

  every(everyMs: number, call: () => void): () => void {
    return this.#machine.add({ dueMs: this.nowMs() + everyMs, everyMs, process: this, call });
  }

  after(ms: number, call: () => void): void {
    this.#machine.add({ dueMs: this.nowMs() + ms, everyMs: null, process: this, call });
  }
}
