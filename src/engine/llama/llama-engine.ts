import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LlamaContext, LlamaModel } from "node-llama-cpp";
import { type Chat, createChat } from "../../chat/chat.ts";
import { EngineError, messageOf } from "../../errors.ts";
import type { Engine, EngineEvents, EngineInfo, Message, PrefixInfo } from "../engine.ts";
import { type Binding, loadBinding, loadFailure, tokenizerOf } from "./binding.ts";
import { resolveThreads } from "./calibrate.ts";
import { LlamaConversation } from "./llama-conversation.ts";
import { Lockstep } from "./lockstep.ts";
import type { LlamaOptions } from "./options.ts";
import { PrefixCache, sharedTokens } from "./prefix-cache.ts";
import { checkBatchesAreFull, checkPrefixContinues } from "./self-check.ts";
import type { Slot } from "./slot.ts";
import { TurnModel } from "./turn-model.ts";

/**
 * Loads a GGUF and readies `parallel` conversations over one context. Runs native code, which can abort the
 * process: only ever called in a child.
 *
 * @throws EngineError with what the native log said
 */
export async function createLlamaEngine(options: LlamaOptions, events: EngineEvents): Promise<LlamaEngine> {
  const binding = await loadBinding(options.gpu);
  const model = await loadModel(binding, options);
  const chat = createChat(options.chatTemplate, tokenizerOf(model), options.chat, binding.jinja);
  const threads = await resolveThreads(binding, model, options, events);
  const engine = new LlamaEngine(binding, model, chat, options, threads, events);
  await engine.start();
  return engine;
}

/** What llama.cpp's names of its ways to load a file are called in the binding. */
const loadModes = {
  auto: {},
  none: { useMmap: false },
  mmap: { useMmap: true },
  mlock: { useMmap: false, useMlock: true },
  "mmap+mlock": { useMmap: true, useMlock: true },
  dio: { useDirectIo: true },
} as const;

async function loadModel(binding: Binding, options: LlamaOptions): Promise<LlamaModel> {
  const { gpuLayers, contextLength, parallel } = options;
  const onCpu = binding.llama.gpu === false;
  try {
    return await binding.llama.loadModel({
      modelPath: options.modelPath,
      ...loadModes[options.loadMode],
      gpuLayers: onCpu
        ? 0
        : gpuLayers === "auto"
          ? { fitContext: { contextSize: contextLength * parallel } }
          : gpuLayers,
    });
  } catch (error) {
    const log = await binding.takeLog();
    throw new EngineError(
      "model_load",
      `the model cannot be loaded: ${loadFailure(error, log, options.modelPath)}`,
      log,
    );
  }
}

export type { LlamaEngine };

/** What an engine decodes with. */
export interface EngineParts {
  readonly slots: readonly Slot[];
  readonly lockstep: Lockstep;
  /** For files that go when the engine is closed. */
  readonly folder: string;
}

class LlamaEngine implements Engine {
  readonly isLockstep = true;
  readonly takesGrammar = true;
  readonly #binding: Binding;
  readonly #model: LlamaModel;
  readonly #chat: Chat;
  readonly #options: LlamaOptions;
  readonly #threads: number;
  readonly #events: EngineEvents;
  readonly #folder: string;
  readonly #lockstep: Lockstep;
  #context: LlamaContext | null = null;
  #slots: Slot[] = [];
  #free: Slot[] = [];
  #prefix: PrefixCache | null = null;
  #info: EngineInfo | null = null;

  constructor(
    binding: Binding,
    model: LlamaModel,
    chat: Chat,
    options: LlamaOptions,
    threads: number,
    events: EngineEvents,
  ) {
    this.#binding = binding;
    this.#model = model;
    this.#chat = chat;
    this.#options = options;
    this.#threads = threads;
    this.#events = events;
    this.#folder = mkdtempSync(join(tmpdir(), "longhaul-"));
    const turnModel = new TurnModel(model, binding.llama, chat.facts);
    this.#lockstep = new Lockstep(turnModel, options.contextLength, events);
  }

  get info(): EngineInfo {
    if (this.#info === null) throw new Error("the engine has not started");
    return this.#info;
  }

  async start(): Promise<void> {
    const vramBefore = await this.#vramUsed();
    this.#context = await this.#createContext();
    this.#slots = Array.from({ length: this.#options.parallel }, (_, index) => ({
      sequence: this.#context?.getSequence({
        contextShift: { strategy: () => Promise.reject(new EngineError("native", "the context is full")) },
        checkpoints: { interval: false, max: 4 },
      }) as Slot["sequence"],
      index,
      cached: [],
      dirty: false,
    }));
    this.#free = this.#slots.slice();
    this.#info = this.#describe(await this.#vramUsed(), vramBefore);
  }

  async setPrefix(openings: readonly (readonly Message[])[]): Promise<PrefixInfo> {
    const rendered = openings.map((opening) => this.#chat.prompt(opening).tokens);
    const tokens = sharedTokens(rendered);
    this.#prefix = await PrefixCache.create(tokens, this.#slots, this.#lockstep, this.#folder);
    await this.#selfCheck(rendered);
    await this.#prefix.restoreAll();
    this.#lockstep.phase = "run";
    const { prefillMs, fanOut } = this.#prefix;
    const longestOpeningTokens = Math.max(0, ...rendered.map((opening) => opening.length));
    return { tokens: tokens.length, prefillMs, fanOut, longestOpeningTokens };
  }

  open(): LlamaConversation {
    const slot = this.#free.shift();
    if (slot === undefined) throw new Error(`all ${this.#slots.length} conversations are in use`);
    return new LlamaConversation(slot, this.#chat, this.#lockstep, () => this.#release(slot));
  }

  /** For whoever times decoding instead of taking turns. */
  get parts(): EngineParts {
    return { slots: this.#slots, lockstep: this.#lockstep, folder: this.#folder };
  }

  interrupt(): void {
    this.#lockstep.interrupt();
  }

  async close(): Promise<void> {
    await this.#lockstep.idle();
    await this.#context?.dispose();
    await this.#model.dispose();
    await this.#binding.llama.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #createContext(): Promise<LlamaContext> {
    const options = this.#options;
    let context: LlamaContext;
    try {
      context = await this.#model.createContext({
        contextSize: options.contextLength,
        sequences: options.parallel,
        batchSize: options.batchSize,
        threads: this.#threads,
        flashAttention: options.flashAttention !== "off",
        // Rolling back within a sliding window is silently wrong without it.
        swaFullCache: true,
        experimentalKvCacheKeyType: kvName(options.kvTypeK),
        experimentalKvCacheValueType: kvName(options.kvTypeV),
        batching: { itemPrioritizationStrategy: this.#lockstep.prioritize, dispatchSchedule: "nextCycle" },
        failedCreationRemedy: false,
        ...(options.loraPath === undefined ? {} : { lora: options.loraPath }),
      });
    } catch (error) {
      const why = `a context of ${options.parallel} x ${options.contextLength} tokens cannot be created: ${messageOf(error)}`;
      throw new EngineError(
        "context_create",
        `${why}. Use a smaller --parallel, --context or --kv-type-k/v.`,
        await this.#binding.takeLog(),
      );
    }
    await this.#assertKvTypes(context);
    return context;
  }

  /** A type that the binding does not know becomes F16 without a word; read it back. */
  async #assertKvTypes(context: LlamaContext): Promise<void> {
    const { GgmlType } = await import("node-llama-cpp");
    const { kvTypeK, kvTypeV } = this.#options;
    const wanted = [GgmlType[kvName(kvTypeK)], GgmlType[kvName(kvTypeV)]];
    if (context.kvCacheKeyType !== wanted[0] || context.kvCacheValueType !== wanted[1]) {
      throw new EngineError("context_create", `the KV cache did not become ${kvTypeK}/${kvTypeV} as asked`);
    }
  }

  async #vramUsed(): Promise<number | null> {
    if (this.#binding.llama.gpu === false) return null;
    const { used } = await this.#binding.llama.getVramState();
    return used;
  }

  #describe(vramAfter: number | null, vramBefore: number | null): EngineInfo {
    const { llama } = this.#binding;
    const options = this.#options;
    const contextLength = this.#context?.contextSize ?? options.contextLength;
    return {
      engine: "llama",
      parallel: options.parallel,
      threads: this.#threads,
      contextLength,
      batchSize: this.#context?.batchSize ?? options.batchSize,
      kvTypeK: options.kvTypeK,
      kvTypeV: options.kvTypeV,
      flashAttention: options.flashAttention !== "off",
      backendRequested: options.gpu,
      backendUsed: llama.gpu === false ? "cpu" : llama.gpu,
      gpuLayers: this.#model.gpuLayers,
      templateHash: this.#chat.hash,
      templateSource: this.#chat.source,
      templateMode: this.#chat.mode,
      chat: this.#chat.facts,
      tuning: null,
      kvBytes:
        options.kvBytesPerToken === null ? null : options.kvBytesPerToken * contextLength * options.parallel,
      vramBytes: vramAfter === null || vramBefore === null ? null : vramAfter,
      versions: {
        "llama.cpp": llama.llamaCppRelease.release,
        build: llama.buildType,
        system: llama.systemInfo.trim(),
      },
      warnings: this.#chat.warnings,
    };
  }

  /** Doubles as the warm-up: first decodes page the weights in and build the graphs. */
  async #selfCheck(rendered: readonly (readonly number[])[]): Promise<void> {
    if (this.#prefix === null) return;
    // A few tokens past the prefix are enough: whole openings in every conversation would take long.
    const opening = rendered[0]?.slice(0, this.#prefix.tokens.length + 16);
    if (opening === undefined) return;
    await checkBatchesAreFull(this.#slots, opening, this.#lockstep);
    const last = this.#slots.at(-1);
    if (last !== undefined) await checkPrefixContinues(last, opening, this.#prefix);
    this.#events.event("self-check", {
      batchesAreFull: true,
      prefixContinues: true,
      templateMode: this.#chat.mode,
    });
  }

  #release(slot: Slot): void {
    this.#prefix?.truncate(slot);
    this.#free = [...this.#free, slot].toSorted((a, b) => a.index - b.index);
  }
}

function kvName(type: LlamaOptions["kvTypeK"]): Uppercase<LlamaOptions["kvTypeK"]> {
  return type.toUpperCase() as Uppercase<LlamaOptions["kvTypeK"]>;
}
