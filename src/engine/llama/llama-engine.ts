import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LlamaContext, LlamaModel } from "node-llama-cpp";
import { nowMs } from "../../clock.ts";
import { type Chat, createChat } from "../../chat/chat.ts";
import { EngineError } from "../../errors.ts";
import type { Engine, EngineEvents, EngineInfo, Message, PrefixInfo } from "../engine.ts";
import { type Binding, loadBinding, loadFailure, tokenizerOf } from "./binding.ts";
import { createContext } from "./context.ts";
import { LlamaConversation } from "./llama-conversation.ts";
import { Lockstep } from "./lockstep.ts";
import type { LlamaOptions } from "./options.ts";
import { PrefixCache, sharedTokens } from "./prefix-cache.ts";
import { checkBatchesAreFull, checkPrefixContinues } from "./self-check.ts";
import type { Slot } from "./slot.ts";
import { BatchThreads } from "./threads/batch-threads.ts";
import { type ResolvedThreads, resolveThreads } from "./threads/resolve.ts";
import { TurnModel } from "./turn-model.ts";

/**
 * Loads a GGUF and readies `parallel` conversations over one context. Runs native code, which can abort the
 * process: only ever called in a child.
 *
 * @throws EngineError with what the native log said
 */
export async function createLlamaEngine(options: LlamaOptions, events: EngineEvents): Promise<LlamaEngine> {
  const binding = await loadBinding(options.gpu);
  const model = await loadModel(binding, options, events);
  const chat = createChat(options.chatTemplate, tokenizerOf(model), options.chat, binding.jinja);
  const threads = await resolveThreads(binding, model, options);
  events.event("calibration", { ...threads });
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

async function loadModel(binding: Binding, options: LlamaOptions, events: EngineEvents): Promise<LlamaModel> {
  const { gpuLayers, contextLength, parallel } = options;
  const onCpu = binding.llama.gpu === false;
  try {
    return await binding.llama.loadModel({
      modelPath: options.modelPath,
      ...loadModes[options.loadMode],
      onLoadProgress: () => events.worked?.(),
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

/** For the rate of one conversation alone: at most so many tokens, begun within so much time. */
const oneTokens = 33;
const oneMs = 2_000;

export type { LlamaEngine };

class LlamaEngine implements Engine {
  readonly isLockstep = true;
  readonly takesGrammar = true;
  readonly #binding: Binding;
  readonly #model: LlamaModel;
  readonly #chat: Chat;
  readonly #options: LlamaOptions;
  readonly #threads: ResolvedThreads;
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
    threads: ResolvedThreads,
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
    const batchThreads = new BatchThreads(binding.llama, threads);
    this.#lockstep = new Lockstep(turnModel, options.contextLength, batchThreads, events);
  }

  get info(): EngineInfo {
    if (this.#info === null) throw new Error("the engine has not started");
    return this.#info;
  }

  async start(): Promise<void> {
    const vramBefore = await this.#vramUsed();
    const { context, flashAttention } = await createContext(this.#binding, this.#model, this.#options, {
      threads: Math.max(this.#threads.most, ...Object.values(this.#threads.plan)),
      prioritize: this.#lockstep.prioritize,
    });
    this.#context = context;
    this.#slots = Array.from({ length: this.#options.parallel }, (_, index) => ({
      sequence: context.getSequence({
        contextShift: { strategy: () => Promise.reject(new EngineError("native", "the context is full")) },
        checkpoints: { interval: false, max: 4 },
      }),
      index,
      cached: [],
      dirty: false,
    }));
    this.#free = this.#slots.slice();
    const vramAfter = await this.#vramUsed();
    this.#info = this.#describe(context, { flashAttention, vramAfter, vramBefore });
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

  async #vramUsed(): Promise<number | null> {
    if (this.#binding.llama.gpu === false) return null;
    const { used } = await this.#binding.llama.getVramState();
    return used;
  }

  #describe(
    { contextSize: contextLength, batchSize }: LlamaContext,
    found: {
      readonly flashAttention: boolean | null;
      readonly vramAfter: number | null;
      readonly vramBefore: number | null;
    },
  ): EngineInfo {
    const { llama } = this.#binding;
    const options = this.#options;
    return {
      engine: "llama",
      parallel: options.parallel,
      threads: this.#threads.plan.decodeAll,
      contextLength,
      batchSize,
      kvTypeK: options.kvTypeK,
      kvTypeV: options.kvTypeV,
      flashAttention: found.flashAttention,
      backendRequested: options.gpu,
      backendUsed: llama.gpu === false ? "cpu" : llama.gpu,
      gpuLayers: this.#model.gpuLayers,
      templateHash: this.#chat.hash,
      templateSource: this.#chat.source,
      templateMode: this.#chat.mode,
      chat: this.#chat.facts,
      tuning: {
        threads: this.#threads.plan,
        threadsBy: this.#threads.by,
        tried: [...this.#threads.tried],
        isDisturbed: this.#threads.isDisturbed,
        conversationsTried: [],
        parallelBecause: null,
        ...options.chosen,
        flashAttention: found.flashAttention,
        loadMode: options.loadMode,
      },
      kvBytes:
        options.kvBytesPerToken === null ? null : options.kvBytesPerToken * contextLength * options.parallel,
      vramBytes: found.vramBefore === null ? null : found.vramAfter,
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
    await this.#measureOne(opening, this.#prefix);
    const last = this.#slots.at(-1);
    if (last !== undefined) await checkPrefixContinues(last, opening, this.#prefix);
    this.#events.event("self-check", {
      batchesAreFull: true,
      prefixContinues: true,
      templateMode: this.#chat.mode,
    });
  }

  /** One conversation alone, beside the others: a ranking may depend on how many there are. */
  async #measureOne(opening: readonly number[], prefix: PrefixCache): Promise<void> {
    const [first] = this.#slots;
    const tokens = Math.min(oneTokens, this.#options.contextLength - opening.length - 2);
    if (first === undefined || tokens < 2) return;
    await prefix.restore(first);
    await this.#lockstep.probe([first], opening, { tokens, phase: "one", untilMs: nowMs() + oneMs });
  }

  #release(slot: Slot): void {
    this.#prefix?.truncate(slot);
    this.#free = [...this.#free, slot].toSorted((a, b) => a.index - b.index);
  }
}
