import type { Chat } from "../chat/chat.ts";
import type { Template } from "../chat/template.ts";
import { checkPrompt } from "../chat/check-prompt.ts";
import type { HistoryMessage } from "../chat/message.ts";
import type { Vocabulary } from "../engine/llama/vocabulary.ts";
import type { Settings } from "../settings/settings.ts";
import { tasks } from "../tasks/index.ts";
import { givenOrDrawn } from "../tasks/instance.ts";
import { systemMessage } from "../tasks/prompt.ts";
import type { Instance } from "../tasks/task.ts";
import { type AnswerSizes, longestAnswers, rightReplies } from "./answer-limit.ts";
import { chatOptionsOf } from "./chat-options.ts";

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

/** What the model sees, special tokens as text; `generation` is what stands behind the last message. */
export interface WordedPrompt {
  readonly text: string;
  readonly tokenIds: readonly number[];
  readonly generation: string;
  /** What has to be known of this model under these settings. */
  readonly warnings: readonly string[];
}

/** What a conversation takes of a context, counted by the model's own tokenizer. All in tokens. */
export interface Inspection extends AnswerSizes {
  readonly openingTokens: number;
  /** The whole conversation when every answer is the right one, without the last answer. */
  readonly conversationTokens: number;
  /** The same without any answer. */
  readonly questionTokens: number;
  /** All right answers of a conversation together. */
  readonly answerTokens: number;
  readonly backend: string;
  /** Null on the CPU. */
  readonly freeVramBytes: number | null;
  /** What has to be known of this model's template under these settings. */
  readonly warnings: readonly string[];
}

const rolloutsCounted = 4;
/** A suite takes its models in turn, and seldom has more. */
const mostOpen = 4;

/** Counts for one model after the other, the last few of which stay loaded. Runs native code: only ever used in a child. */
export class ModelInspector {
  readonly #open = new Map<string, Promise<Vocabulary>>();
  #worded: { readonly key: string; readonly chat: Chat } | null = null;

  /**
   * Loads the vocabulary alone, checks that the prompt says what it should, and counts.
   *
   * @throws EngineError
   */
  async inspect(job: InspectionJob): Promise<Inspection> {
    const { settings, instances } = job;
    const vocabulary = await this.#vocabulary(job.modelPath, settings.gpu);
    const chat = vocabulary.chat(job.template, chatOptionsOf(settings));
    const task = tasks[settings.task];
    const longest = longestAnswers(settings, instances).map((text) => vocabulary.countText(text));
    const counted = Array.from({ length: Math.min(settings.rollouts, rolloutsCounted) }, (_, rollout) =>
      givenOrDrawn(instances, task, settings, settings.seed, rollout),
    );
    const sizes = counted.map((instance) => sizesOf(chat, vocabulary, settings, instance));
    const most = (of: (size: (typeof sizes)[number]) => number): number => Math.max(0, ...sizes.map(of));
    return {
      openingTokens: most(({ opening }) => opening),
      conversationTokens: most(({ whole }) => whole),
      questionTokens: most(({ questions }) => questions),
      answerTokens: most(({ answers }) => answers),
      longestAnswerTokens: Math.max(0, ...longest),
      isThinking: chat.facts.isThinking,
      backend: vocabulary.backend,
      freeVramBytes: vocabulary.freeVramBytes,
      warnings: chat.warnings,
    };
  }

  /** A conversation exactly as the model would see it. @throws EngineError */
  async prompt({ modelPath, template, settings, messages }: PromptJob): Promise<WordedPrompt> {
    const vocabulary = await this.#vocabulary(modelPath, settings.gpu);
    const options = chatOptionsOf(settings);
    const key = JSON.stringify([modelPath, settings.gpu, template, options]);
    // The turns of a conversation come one after the other.
    if (this.#worded?.key !== key) this.#worded = { key, chat: vocabulary.chat(template, options) };
    const { chat } = this.#worded;
    const prompt = chat.prompt(messages);
    const { tokens, generation } = prompt;
    return { text: prompt.text(), tokenIds: tokens, generation, warnings: chat.warnings };
  }

  async #vocabulary(modelPath: string, gpu: Settings["gpu"]): Promise<Vocabulary> {
    const key = JSON.stringify([modelPath, gpu]);
    let known = this.#open.get(key);
    if (known === undefined) {
      const { openVocabulary } = await import("../engine/llama/vocabulary.ts");
      known = openVocabulary(modelPath, gpu);
      this.#open.set(key, known);
      await this.#closeOldest();
    }
    return known;
  }

  /** What a vocabulary takes is missing where the memory of the next model is counted. */
  async #closeOldest(): Promise<void> {
    const [oldest] = this.#open;
    if (oldest === undefined || this.#open.size <= mostOpen) return;
    const [key, vocabulary] = oldest;
    this.#open.delete(key);
    await vocabulary.then(({ close }) => close()).catch(() => undefined);
  }
}

/** One conversation's, in tokens. */
interface Sizes {
  readonly opening: number;
  readonly whole: number;
  readonly questions: number;
  readonly answers: number;
}

function sizesOf(chat: Chat, vocabulary: Vocabulary, settings: Settings, instance: Instance): Sizes {
  const task = tasks[settings.task];
  const replies = rightReplies(task, settings.prompt, instance);
  const messages = [
    { role: "system" as const, content: systemMessage(task, settings, instance) },
    ...instance.turns.flatMap(({ keys }, index) => [
      { role: "user" as const, content: task.question(keys) },
      { role: "assistant" as const, content: replies[index] ?? "" },
    ]),
  ];
  checkPrompt(chat.renderer, messages.slice(0, 2));
  const answers = replies.map((reply) => vocabulary.countText(reply));
  const shown = answers.slice(0, -1).reduce((sum, size) => sum + size, 0);
  const whole = chat.prompt(messages.slice(0, -1)).tokens.length;
  return {
    opening: chat.prompt(messages.slice(0, 2)).tokens.length,
    whole,
    questions: whole - shown,
    answers: shown + (answers.at(-1) ?? 0),
  };
}
