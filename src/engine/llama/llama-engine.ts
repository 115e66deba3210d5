import type { ConfidenceKind, Engine, EngineEvents, EngineInfo, Message, PrefixInfo } from "../engine.ts";
import { BatchThreads } from "./batch-threads.ts";
import { type CreatedContext, createContext } from "./context.ts";
import { describeEngine } from "./describe-engine.ts";
import { LlamaConversation } from "./llama-conversation.ts";
import { type LoadedModel, loadForRun } from "./load-model.ts";
import { Lockstep } from "./lockstep.ts";
import type { LlamaOptions } from "./options.ts";
import { PrefixCache, refill, sharedTokens } from "./prefix-cache.ts";
import { checkBatchesAreFull, checkPrefixContinues, measureOne } from "./self-check.ts";
import { type Slot, slotsOf } from "./slot.ts";
import { TurnModel } from "./turn-model.ts";

/**
 * Loads a GGUF and readies `parallel` conversations over one context. Runs native code, which can abort the
 * process: only ever called in a child.
 *
 * @throws EngineError with what the native log said
 */
export async function createLlamaEngine(options: LlamaOptions, events: EngineEvents): Promise<LlamaEngine> {
  const engine = new LlamaEngine(await loadForRun(options, events), options, events);
  await engine.start();
  return engine;
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
  readonly #loaded: LoadedModel;
  readonly #options: LlamaOptions;
  readonly #events: EngineEvents;
  readonly #lockstep: Lockstep;
  #created: CreatedContext | null = null;
  #slots: Slot[] = [];
  #free: Slot[] = [];
  #prefix: PrefixCache | null = null;
  #info: EngineInfo | null = null;

  constructor(loaded: LoadedModel, options: LlamaOptions, events: EngineEvents) {
    this.#loaded = loaded;
    this.#options = options;
    this.#events = events;
    const { binding, model, chat, threads } = loaded;
    const turnModel = new TurnModel(model, binding.llama, chat.facts);
    const batchThreads = new BatchThreads(binding.llama, threads);
    this.#lockstep = new Lockstep(turnModel, options.contextLength, batchThreads, events);
  }

  get info(): EngineInfo {
    if (this.#info === null) throw new Error("the engine has not started");
    return this.#info;
  }

  async start(): Promise<void> {
    const { binding, model, threads } = this.#loaded;
    const created = await createContext(binding, model, this.#options, {
      threads: Math.max(threads.most, ...Object.values(threads.plan)),
      prioritize: this.#lockstep.prioritize,
    });
    this.#created = created;
    this.#slots = slotsOf(created.context, this.#options.parallel);
    this.#free = this.#slots.slice();
    this.#info = await describeEngine(this.#loaded, created, this.#options);
  }

  tellConfidence(kind: ConfidenceKind): boolean {
    const isTold = this.#created?.tellOwnDistribution() === true;
    if (isTold) this.#lockstep.confidence = kind;
    return isTold;
  }

  async setPrefix(openings: readonly (readonly Message[])[]): Promise<PrefixInfo> {
    const rendered = openings.map((opening) => this.#loaded.chat.prompt(opening).tokens);
    const tokens = sharedTokens(rendered);
    const isFirst = this.#prefix === null;
    if (!isFirst) for (const slot of this.#slots) await refill(slot, []);
    this.#prefix = await PrefixCache.create(tokens, this.#slots, this.#lockstep, this.#loaded.folder.path);
    if (isFirst) await this.#selfCheck(rendered);
    await this.#prefix.restoreAll();
    this.#lockstep.phase = "run";
    const { prefillMs, fanOut } = this.#prefix;
    const longestOpeningTokens = Math.max(0, ...rendered.map((opening) => opening.length));
    return { tokens: tokens.length, prefillMs, fanOut, longestOpeningTokens };
  }

  open(): LlamaConversation {
    const slot = this.#free.shift();
    if (slot === undefined) throw new Error(`all ${this.#slots.length} conversations are in use`);
    return new LlamaConversation(slot, this.#loaded.chat, this.#lockstep, () => this.#release(slot));
  }

  /** For whoever times decoding instead of taking turns. */
  get parts(): EngineParts {
    return { slots: this.#slots, lockstep: this.#lockstep, folder: this.#loaded.folder.path };
  }

  interrupt(): void {
    this.#lockstep.interrupt();
  }

  async close(): Promise<void> {
    await this.#lockstep.idle();
    await this.#created?.context.dispose();
    await this.#loaded.model.dispose();
    await this.#loaded.binding.llama.dispose();
    this.#loaded.folder.remove();
  }

  /** Doubles as the warm-up: first decodes page the weights in and build the graphs. */
  async #selfCheck(rendered: readonly (readonly number[])[]): Promise<void> {
    if (this.#prefix === null) return;
    // A few tokens past the prefix are enough: whole openings in every conversation would take long.
    const opening = rendered[0]?.slice(0, this.#prefix.tokens.length + 16);
    if (opening === undefined) return;
    await checkBatchesAreFull(this.#slots, opening, this.#lockstep);
    await measureOne(this.#slots[0], opening, this.#prefix, this.#lockstep);
    const last = this.#slots.at(-1);
    if (last !== undefined) await checkPrefixContinues(last, opening, this.#prefix);
    this.#events.event("self-check", {
      batchesAreFull: true,
      prefixContinues: true,
      templateMode: this.#loaded.chat.mode,
    });
  }

  #release(slot: Slot): void {
    this.#prefix?.truncate(slot);
    this.#free = [...this.#free, slot].toSorted((a, b) => a.index - b.index);
  }
}
