import type { Chat } from "../chat/chat.ts";
import type { Template } from "../chat/template.ts";
import type { HistoryMessage } from "../chat/message.ts";
import type { MemoryEstimate } from "../engine/llama/memory.ts";
import type { Vram } from "../engine/llama/gpu-memory.ts";
import type { Vocabulary } from "../engine/llama/vocabulary.ts";
import { availableMemoryBytes } from "../hardware/memory.ts";
import type { Settings } from "../settings/settings.ts";
import type { Instance } from "../tasks/task.ts";
import { chatOptionsOf } from "./chat-options.ts";
import { type ConversationSizes, conversationSizes } from "./conversation-sizes.ts";

export interface InspectionJob {
  readonly modelPath: string;
  readonly template: Template;
  readonly settings: Settings;
  /** As in a trial. */
  readonly instances: readonly Instance[] | null;
}

/** A conversation to be worded for a model. */
export interface PromptJob {
  readonly modelPath: string;
  readonly template: Template;
  readonly settings: Settings;
  readonly messages: readonly HistoryMessage[];
}

/** A way to load a model whose memory is asked for. */
export interface MemoryJob {
  readonly modelPath: string;
  readonly settings: Settings;
  /** The output counts as one. */
  readonly layersOnGpu: number;
  readonly contextLength: number;
  readonly conversations: number;
}

/** What the model sees, special tokens as text; `generation` is what stands behind the last message. */
export interface WordedPrompt {
  readonly text: string;
  readonly tokenIds: readonly number[];
  readonly generation: string;
  /** What has to be known of this model under these settings. */
  readonly warnings: readonly string[];
}

/** What a conversation takes of a context, and the model of memory. */
export interface Inspection extends ConversationSizes {
  readonly isThinking: boolean;
  readonly backend: string;
  /** llama.cpp's release. */
  readonly release: string;
  /** Whether its libraries were built here, in the binding's word. */
  readonly build: string;
  readonly memory: MemoryFacts;
  /** What has to be known of this model's template under these settings. */
  readonly warnings: readonly string[];
}

/** What a model's memory is reckoned from, and what there is. Bytes. */
export interface MemoryFacts {
  /** Layers, the output counted as one. */
  readonly layers: number;
  /** Tokens that the model knows. */
  readonly vocabularySize: number;
  /** What a process takes that has loaded this model's vocabulary and nothing else. */
  readonly programBytes: number;
  /** Null on the CPU. */
  readonly vram: Vram | null;
  /** As if the process that counts were gone. */
  readonly ramBytes: number;
}

/** A suite takes its models in turn, and seldom has more. */
const mostOpen = 4;

/** Counts for one model after the other, the last few of which stay loaded. Runs native code: only ever used in a child. */
export class ModelInspector {
  readonly #open = new Map<string, Promise<OpenModel>>();
  readonly #breathe: () => Promise<void>;
  readonly #at: (what: string) => void;
  /** Of this process with the native library, and no vocabulary. */
  #emptyBytes: number | null = null;

  /**
   * @param breathe called as often as something is done: counting holds the thread that tells that it goes on
   * @param at told in words what is done next that native code may abort: nothing can be told afterwards
   */
  constructor(breathe: () => Promise<void>, at: (what: string) => void = () => undefined) {
    this.#breathe = breathe;
    this.#at = at;
  }

  /**
   * Loads the vocabulary alone, checks that the prompt says what it should, and counts.
   *
   * @throws EngineError
   */
  async inspect(job: InspectionJob): Promise<Inspection> {
    const { vocabulary, chat } = await this.#chat(job);
    return {
      ...(await conversationSizes({ ...job, chat, vocabulary, breathe: this.#breathe })),
      isThinking: chat.facts.isThinking,
      backend: vocabulary.backend,
      release: vocabulary.release,
      build: vocabulary.build,
      memory: await this.#memoryFacts(vocabulary),
      warnings: chat.warnings,
    };
  }

  /** What a model would take. @throws EngineError, or Error where nothing can be told */
  async estimate(job: MemoryJob): Promise<MemoryEstimate> {
    const { modelPath, settings, conversations } = job;
    const { vocabulary } = await this.#model(modelPath, settings.gpu);
    return vocabulary.estimate({ ...settings, ...job, parallel: conversations });
  }

  async #memoryFacts({ layers, size, bytes, vram }: Vocabulary): Promise<MemoryFacts> {
    const ownBytes = process.memoryUsage.rss();
    this.#emptyBytes ??= ownBytes - bytes;
    return {
      layers,
      vocabularySize: size,
      programBytes: this.#emptyBytes + bytes,
      vram,
      ramBytes: (await availableMemoryBytes()) + ownBytes,
    };
  }

  /** A conversation exactly as the model would see it. @throws EngineError */
  async prompt(job: PromptJob): Promise<WordedPrompt> {
    const { chat } = await this.#chat(job);
    const prompt = chat.prompt(job.messages);
    const { tokens, generation } = prompt;
    return { text: prompt.text(), tokenIds: tokens, generation, warnings: chat.warnings };
  }

  /** Arms of a suite and turns of a conversation ask for the same one again and again. */
  async #chat({
    modelPath,
    template,
    settings,
  }: Pick<InspectionJob, "modelPath" | "template" | "settings">): Promise<{
    readonly vocabulary: Vocabulary;
    readonly chat: Chat;
  }> {
    const { vocabulary, chats } = await this.#model(modelPath, settings.gpu);
    await this.#breathe();
    const options = chatOptionsOf(settings);
    const key = JSON.stringify([template, options]);
    this.#at("its chat template was rendered (--chat-template names another)");
    const chat = chats.get(key) ?? vocabulary.chat(template, options);
    chats.set(key, chat);
    return { vocabulary, chat };
  }

  async #model(modelPath: string, gpu: Settings["gpu"]): Promise<OpenModel> {
    const key = JSON.stringify([modelPath, gpu]);
    let known = this.#open.get(key);
    if (known === undefined) {
      const { openVocabulary } = await import("../engine/llama/vocabulary.ts");
      this.#at("its vocabulary was read (in the header: tokenizer.ggml.model, tokenizer.ggml.tokens)");
      known = openVocabulary(modelPath, gpu).then((vocabulary) => ({ vocabulary, chats: new Map() }));
      this.#open.set(key, known);
      await this.#closeOldest();
    }
    return known;
  }

  /** What a vocabulary takes is missing where the memory of the next model is counted. */
  async #closeOldest(): Promise<void> {
    const [oldest] = this.#open;
    if (oldest === undefined || this.#open.size <= mostOpen) return;
    const [key, model] = oldest;
    this.#open.delete(key);
    await model.then(({ vocabulary }) => vocabulary.close()).catch(() => undefined);
  }
}

/** A model's vocabulary, and its conversations by template and options: they are gone when it is closed. */
interface OpenModel {
  readonly vocabulary: Vocabulary;
  readonly chats: Map<string, Chat>;
}
