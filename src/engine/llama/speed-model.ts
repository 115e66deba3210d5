import type { LlamaContext, LlamaModel } from "node-llama-cpp";
import { EngineError, messageOf } from "../../errors.ts";
import { firstComeFirstServed } from "./batch-order.ts";
import { type Binding, loadBinding } from "./binding.ts";
import { resolveThreads } from "./calibrate.ts";
import { loadModel } from "./load-model.ts";
import type { LlamaOptions } from "./options.ts";
import type { SpeedTest, SpeedUsed } from "./speed-test.ts";

/** A model that is loaded for tests of plain speed. */
export class SpeedModel {
  readonly model: LlamaModel;
  readonly #binding: Binding;
  /** Found in a trial, once for each number of conversations. */
  readonly #tried = new Map<number, number>();

  private constructor(binding: Binding, model: LlamaModel) {
    this.#binding = binding;
    this.model = model;
  }

  /** What a model is loaded by: tests that are alike in it share one. */
  static keyOf(options: LlamaOptions): string {
    const { modelPath, gpu, gpuLayers, loadMode, contextLength, parallel } = options;
    // Layers that are found follow the context.
    const context = gpuLayers === "auto" ? contextLength * parallel : null;
    return JSON.stringify([modelPath, gpu, gpuLayers, loadMode, context]);
  }

  /** @throws EngineError with what the native log said */
  static async load(options: LlamaOptions): Promise<SpeedModel> {
    const binding = await loadBinding(options.gpu);
    return new SpeedModel(binding, await loadModel(binding, options));
  }

  /** @throws EngineError where no such context can be created */
  async createContext(
    options: LlamaOptions,
    _test: SpeedTest,
  ): Promise<{ readonly context: LlamaContext; readonly used: SpeedUsed }> {
    const threads = await this.#threadsFor(options);
    const context = await contextOf(this.#binding, this.model, options, threads);
    return { context, used: this.#usedWith(threads, options) };
  }

  async close(): Promise<void> {
    await this.model.dispose();
    await this.#binding.llama.dispose();
  }

  async #threadsFor(options: LlamaOptions): Promise<number> {
    if (options.threads !== "auto") return options.threads;
    const known = this.#tried.get(options.parallel);
    if (known !== undefined) return known;
    const threads = await resolveThreads(this.#binding, this.model, options, {
      afterBatches: () => undefined,
      event: () => undefined,
    });
    this.#tried.set(options.parallel, threads);
    return threads;
  }

  #usedWith(threads: number, options: LlamaOptions): SpeedUsed {
    const { llama } = this.#binding;
    return {
      threads,
      threadsBy: options.threads === "auto" ? "measured" : "asked",
      backend: llama.gpu === false ? "cpu" : llama.gpu,
      layers: this.model.gpuLayers,
      attention: options.flashAttention !== "off",
      modelBytes: this.model.size,
      versions: { "llama.cpp": llama.llamaCppRelease.release, build: llama.buildType },
    };
  }
}

async function contextOf(
  binding: Binding,
  model: LlamaModel,
  options: LlamaOptions,
  threads: number,
): Promise<LlamaContext> {
  try {
    return await model.createContext({
      contextSize: options.contextLength,
      sequences: options.parallel,
      batchSize: options.batchSize,
      threads,
      flashAttention: options.flashAttention !== "off",
      swaFullCache: true,
      experimentalKvCacheKeyType: options.kvTypeK.toUpperCase() as "F16",
      experimentalKvCacheValueType: options.kvTypeV.toUpperCase() as "F16",
      batching: {
        itemPrioritizationStrategy: ({ items, size }) => firstComeFirstServed(items, size),
        dispatchSchedule: "nextCycle",
      },
      failedCreationRemedy: false,
    });
  } catch (error) {
    throw new EngineError(
      "context_create",
      `a context of ${options.parallel} x ${options.contextLength} tokens cannot be created: ${messageOf(error)}`,
      await binding.takeLog(),
    );
  }
}
