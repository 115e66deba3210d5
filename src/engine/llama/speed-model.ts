import type { LlamaContext, LlamaModel } from "node-llama-cpp";
import type { EngineEvents, EngineInfo } from "../engine.ts";
import { firstComeFirstServed } from "./batch-order.ts";
import { type Binding, loadBinding } from "./binding.ts";
import { createContext } from "./context.ts";
import { loadModel } from "./load-model.ts";
import type { LlamaOptions } from "./options.ts";
import { type ResolvedThreads, resolveThreads } from "./resolve-threads.ts";
import { shapeOf, type SpeedTest, type SpeedUsed } from "./speed-test.ts";

type SpeedEvents = EngineEvents & Required<Pick<EngineEvents, "worked">>;

/** A model that is loaded for tests of plain speed. */
export class SpeedModel {
  readonly model: LlamaModel;
  readonly #binding: Binding;
  readonly #options: LlamaOptions;
  readonly #events: SpeedEvents;
  /** What was asked for, or found in a trial, by threads and conversations. */
  readonly #threads = new Map<string, ResolvedThreads>();

  private constructor(binding: Binding, model: LlamaModel, options: LlamaOptions, events: SpeedEvents) {
    this.#binding = binding;
    this.model = model;
    this.#options = options;
    this.#events = events;
  }

  /** Whether a test with these options can have this model: tests that are loaded alike share one. */
  serves(options: LlamaOptions): boolean {
    const own = this.#options;
    const isAlike = (["modelPath", "gpu", "gpuLayers", "loadMode"] as const).every(
      (name) => options[name] === own[name],
    );
    // Layers that are found follow the context, where there is a GPU.
    const isFixed = this.#binding.llama.gpu === false || own.gpuLayers !== "auto";
    const size = ({ contextLength, parallel }: LlamaOptions): number => contextLength * parallel;
    return isAlike && (isFixed || size(options) === size(own));
  }

  /**
   * @param worked told of each part of the file and each batch
   * @throws EngineError with what the native log said
   */
  static async load(options: LlamaOptions, worked: SpeedEvents["worked"]): Promise<SpeedModel> {
    const binding = await loadBinding(options.gpu);
    const events: SpeedEvents = { afterBatches: () => undefined, event: () => undefined, worked };
    return new SpeedModel(binding, await loadModel(binding, options, events), options, events);
  }

  /** @throws EngineError where no such context can be created */
  async createContext(
    options: LlamaOptions,
    test: SpeedTest,
  ): Promise<{ readonly context: LlamaContext; readonly used: SpeedUsed }> {
    const { plan, by } = await this.#threadsFor(options);
    const threads = plan[shapeOf(test, options.parallel)];
    const { context, flashAttention } = await createContext(this.#binding, this.model, options, {
      threads,
      prioritize: ({ items, size }) => {
        const chosen = firstComeFirstServed(items, size);
        this.#events.worked(chosen.reduce((sum, { processAmount }) => sum + processAmount, 0));
        return chosen;
      },
    });
    const { llama } = this.#binding;
    return {
      context,
      used: {
        threads,
        threadsBy: by,
        backend: llama.gpu === false ? "cpu" : llama.gpu,
        layers: this.model.gpuLayers,
        attention: flashAttention,
        modelBytes: this.model.size,
        versions: { "llama.cpp": llama.llamaCppRelease.release, build: llama.buildType },
      },
    };
  }

  async close(): Promise<void> {
    await this.model.dispose();
    await this.#binding.llama.dispose();
  }

  async #threadsFor(options: LlamaOptions): Promise<ResolvedThreads> {
    const key = `${options.threads} ${options.parallel}`;
    const known = this.#threads.get(key);
    if (known !== undefined) return known;
    const found = await resolveThreads(this.#binding, this.model, options, this.#events);
    this.#threads.set(key, found);
    return found;
  }
}

/** The same of an engine that has started. */
export function usedBy(info: EngineInfo): SpeedUsed {
  return {
    threads: info.threads ?? 0,
    threadsBy: info.tuning?.threadsBy ?? "asked",
    backend: info.backendUsed ?? "unknown",
    layers: info.gpuLayers ?? 0,
    attention: info.flashAttention,
    modelBytes: null,
    versions: info.versions,
  };
}
