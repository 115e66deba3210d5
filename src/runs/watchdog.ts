import type { Beat } from "./native-work.ts";
import { realTime, Ticks, type Time } from "./tick.ts";

/** How long a worker is waited for. All in milliseconds. */
export interface Patience {
  /** Without a beat, once it has done any work. */
  readonly silenceMs: number;
  /** Without a beat before: the process starts, and native libraries are loaded on the thread that beats. */
  readonly silenceAtStartMs: number;
  /** With beats, but without work, however short a batch was forecast. */
  readonly idleAtLeastMs: number;
  /** The same outside batches: while a file is loaded, and a context created. */
  readonly idleLoadingMs: number;
  /** The same in a first batch, where none before it tells how long it may take. */
  readonly idleUnknownMs: number;
}

/**
 * For a model that is measured. A worker beats before it loads anything native; that holds its thread for a tenth of a
 * second on a processor, and for as long as a driver takes to start on a GPU.
 *
 * @param modelBytes of its file, all parts. llama.cpp may read all of it before it first tells how far it is, and a first
 *   batch reads it again where it does not fit into memory: at 10 MB a second that is 100 s for each GB. At 10 GFLOPS, a
 *   small board's, 512 tokens of as many weights take 200 s more.
 */
export function trialPatience(modelBytes: number): Patience {
  const gigabytes = modelBytes / 1e9;
  return {
    silenceMs: 45_000,
    // With the looks, every 5 s, within a minute.
    silenceAtStartMs: 55_000,
    idleAtLeastMs: 5 * 60_000,
    idleLoadingMs: 5 * 60_000 + gigabytes * 100_000,
    // Shaders of a GPU are compiled in it, and no trial of threads came before it.
    idleUnknownMs: 15 * 60_000 + gigabytes * 300_000,
  };
}

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
  #beat: Beat = { work: 0, forecastMs: null, isInBatch: false };
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
    const { silenceMs, silenceAtStartMs } = this.#patience;
    const silentMs = this.#time.nowMs() - this.#beatMs;
    const idleMs = this.#time.nowMs() - this.#workMs;
    const mostIdleMs = this.#mostIdleMs;
    const mostSilentMs = work === 0 ? silenceAtStartMs : silenceMs;
    if (silentMs >= mostSilentMs) this.#die({ kind: "stopped", waitedMs: mostSilentMs, forecastMs });
    else if (idleMs >= mostIdleMs) this.#die({ kind: "hung", waitedMs: mostIdleMs, forecastMs });
  }

  get #mostIdleMs(): number {
    const { forecastMs, isInBatch } = this.#beat;
    const { idleAtLeastMs, idleLoadingMs, idleUnknownMs } = this.#patience;
    if (forecastMs !== null) return Math.max(idleAtLeastMs, forecastFactor * forecastMs);
    return isInBatch ? idleUnknownMs : idleLoadingMs;
  }

  #die(death: Death): void {
    this.stop();
    this.#onDeath(death);
  }
}
