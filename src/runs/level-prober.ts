import { nowMs } from "../clock.ts";
import type { Engine, EngineEvents } from "../engine/engine.ts";
import { createEngine, type EngineSpec } from "../engine/index.ts";
import { InterruptedError } from "../errors.ts";
import { type LevelProbing, probeLevel } from "./level-probes.ts";
import type { Probe } from "./level-share.ts";

/** A level that a model is to be asked, and the engine that asks it. Plain data, so that it can be sent. */
export interface ProbeJob {
  readonly engine: EngineSpec;
  readonly probing: LevelProbing;
  /** Milliseconds in which a further wave has to be over, by those before; the first is asked in any case. */
  readonly leftMs: number;
}

export interface Probed {
  /** Those done before, and the new ones. */
  readonly probes: readonly Probe[];
  /** How fast it went: tokens and milliseconds of the batches that only evaluated, or only generated. */
  readonly rates: Rates;
  /** The longest wave of this model so far. */
  readonly waveMs: number;
}

/** Since the engine was created. */
export interface Rates {
  readonly prefillTokens: number;
  readonly prefillMs: number;
  readonly decodeTokens: number;
  readonly decodeMs: number;
}

/**
 * Asks one level after the other, of a model that is loaded once as long as no other one is asked. Of a model file only
 * ever used in a child, for it runs native code.
 */
export class LevelProber {
  readonly #events: Pick<EngineEvents, "worked" | "markOf">;
  #open: { readonly key: string; readonly engine: Engine } | null = null;
  #rates: Rates = nothing;
  #waveMs = 0;
  readonly #interruption = new AbortController();

  constructor(events: Pick<EngineEvents, "worked" | "markOf"> = {}) {
    this.#events = events;
  }

  /** @param onWave told after each wave. @throws EngineError */
  async probe({ engine: spec, probing, leftMs }: ProbeJob, onWave: () => void): Promise<Probed> {
    const untilMs = nowMs() + leftMs;
    const engine = await this.#engine(spec);
    let sinceMs = nowMs();
    const probes = await probeLevel(
      engine,
      probing,
      () => nowMs() + this.#waveMs < untilMs,
      () => {
        this.#waveMs = Math.max(this.#waveMs, nowMs() - sinceMs);
        sinceMs = nowMs();
        onWave();
      },
    );
    return { probes, rates: this.#rates, waveMs: this.#waveMs };
  }

  /** Whatever is under way ends with `InterruptedError`, and so does all that is asked from here on. */
  interrupt(): void {
    this.#interruption.abort(new InterruptedError("interrupted"));
    this.#open?.engine.interrupt();
  }

  async close(): Promise<void> {
    const { engine } = this.#open ?? {};
    this.#open = null;
    await engine?.close();
  }

  async #engine(spec: EngineSpec): Promise<Engine> {
    const key = JSON.stringify(spec);
    if (this.#open?.key === key) return this.#open.engine;
    await this.close();
    this.#rates = nothing;
    this.#waveMs = 0;
    const events: EngineEvents = {
      ...this.#events,
      afterBatches: (batches) => {
        for (const { prefillTokens, decodeTokens, startMs, endMs } of batches) {
          const ms = endMs - startMs;
          if (decodeTokens === 0) this.#add({ prefillTokens, prefillMs: ms });
          else if (prefillTokens === 0) this.#add({ decodeTokens, decodeMs: ms });
        }
      },
      event: () => undefined,
    };
    const engine = await createEngine(spec, events, this.#interruption.signal);
    this.#open = { key, engine };
    return engine;
  }

  #add(more: Partial<Rates>): void {
    const sum = (name: keyof Rates): number => this.#rates[name] + (more[name] ?? 0);
    this.#rates = {
      prefillTokens: sum("prefillTokens"),
      prefillMs: sum("prefillMs"),
      decodeTokens: sum("decodeTokens"),
      decodeMs: sum("decodeMs"),
    };
  }
}

const nothing: Rates = { prefillTokens: 0, prefillMs: 0, decodeTokens: 0, decodeMs: 0 };
