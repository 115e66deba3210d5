import type { Beat } from "./native-work.ts";
import { realTime, Ticks, type Time } from "./tick.ts";

/** How long a worker is waited for. All in milliseconds. */
export interface Patience {
  /** Without a beat, once it has done any work. */
  readonly silenceMs: number;
  /** Without a beat before: what loads native libraries holds the thread that beats. */
  readonly silenceAtStartMs: number;
  /** With beats, but without work, however short a batch was forecast. */
  readonly idleAtLeastMs: number;
  /** The same where nothing can be forecast: while a file is loaded, and in a first batch. */
  readonly idleUnknownMs: number;
}

/** For a model that is measured. */
export const trialPatience: Patience = {
  silenceMs: 45_000,
  silenceAtStartMs: 5 * 60_000,
  idleAtLeastMs: 5 * 60_000,
  // A first batch of 512 tokens of a model of 70B that is read from a disk takes half of it on two cores.
  idleUnknownMs: 60 * 60_000,
};

/** A batch that takes so many times as long as was forecast will not end. */
const forecastFactor = 10;

/** Why a worker is given up. */
export interface Death {
  readonly kind: "stopped" | "hung";
  /** So long there was no sign of life of that kind. */
  readonly waitedMs: number;
  /** Of the batch in which it hung; null: not known. */
  readonly forecastMs: number | null;
}

/** What a row says of it. */
export function deathWords({ kind, waitedMs, forecastMs }: Death): string {
  if (kind === "stopped")
    return `the engine's process was stopped or froze: no sign of life for ${duration(waitedMs)}`;
  const forecast =
    forecastMs === null ? "" : `, where one batch was forecast to take ${duration(forecastMs)}`;
  return `the engine hung: nothing was evaluated or loaded for ${duration(waitedMs)}${forecast}`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/**
 * Judges by two signs whether a worker lives: a beat, which goes on while native code runs, and the count of native work
 * that comes with it. Where the judge's own timer came late, it was stopped itself, and waiting begins anew.
 */
export class Watchdog {
  readonly #patience: Patience;
  readonly #onDeath: (death: Death) => void;
  readonly #time: Time;
  readonly #ticks: Ticks;
  #beat: Beat = { work: 0, forecastMs: null };
  #beatMs: number;
  #workMs: number;

  /** Begins to wait. @param onDeath called once at most */
  constructor(patience: Patience, onDeath: (death: Death) => void, time: Time = realTime) {
    this.#patience = patience;
    this.#onDeath = onDeath;
    this.#time = time;
    this.#beatMs = time.nowMs();
    this.#workMs = this.#beatMs;
    this.#ticks = new Ticks(time, (cameLate) => (cameLate ? this.#waitAnew() : this.#judge()));
  }

  beat(beat: Beat): void {
    this.#beatMs = this.#time.nowMs();
    if (beat.work !== this.#beat.work) this.#workMs = this.#beatMs;
    this.#beat = beat;
  }

  stop(): void {
    this.#ticks.stop();
  }

  #waitAnew(): void {
    this.#beatMs = this.#time.nowMs();
    this.#workMs = this.#beatMs;
  }

  #judge(): void {
    const { work, forecastMs } = this.#beat;
    const { silenceMs, silenceAtStartMs, idleAtLeastMs, idleUnknownMs } = this.#patience;
    const silentMs = this.#time.nowMs() - this.#beatMs;
    const idleMs = this.#time.nowMs() - this.#workMs;
    const mostIdleMs =
      forecastMs === null ? idleUnknownMs : Math.max(idleAtLeastMs, forecastFactor * forecastMs);
    const mostSilentMs = work === 0 ? silenceAtStartMs : silenceMs;
    if (silentMs >= mostSilentMs) this.#die({ kind: "stopped", waitedMs: mostSilentMs, forecastMs });
    else if (idleMs >= mostIdleMs) this.#die({ kind: "hung", waitedMs: mostIdleMs, forecastMs });
  }

  #die(death: Death): void {
    this.stop();
    this.#onDeath(death);
  }
}
