import type { Chat } from "../chat/chat.ts";
import { checkPrompt } from "../chat/check-prompt.ts";
import type { Vocabulary } from "../engine/llama/vocabulary.ts";
import type { Settings } from "../settings/settings.ts";
import type { Instance } from "../tasks/task.ts";
import { longestAnswers } from "./answer-limit.ts";
import { instancesCounted, rightConversation } from "./right-conversation.ts";

/** What a conversation takes of a context, counted by the model's own tokenizer. All in tokens. */
export interface ConversationSizes {
  readonly openingTokens: number;
  /** The whole conversation when every answer is the right one, without the last answer. */
  readonly conversationTokens: number;
  /** The same without any answer. */
  readonly questionTokens: number;
  /** All right answers of a conversation together. */
  readonly answerTokens: number;
  readonly longestAnswerTokens: number;
}

/** What conversations are counted with. */
export interface Counting {
  readonly chat: Chat;
  readonly vocabulary: Vocabulary;
  readonly settings: Settings;
  /** As in a trial. */
  readonly instances: readonly Instance[] | null;
  /** Called as often as something is done. */
  readonly breathe: () => Promise<void>;
}

/**
 * Counts the first few conversations, and takes the most of each. Checks that the prompt says what it should.
 *
 * @throws EngineError
 */
export async function conversationSizes(counting: Counting): Promise<ConversationSizes> {
  const { chat, vocabulary, settings, instances, breathe } = counting;
  const longest = longestAnswers(settings, instances).map((text) => vocabulary.countText(text));
  const counted = instancesCounted(settings, instances);
  const sizes: Sizes[] = [];
  for (const instance of counted) {
    sizes.push(sizesOf(chat, vocabulary, settings, instance));
    await breathe();
  }
  const most = (of: (size: Sizes) => number): number => Math.max(0, ...sizes.map(of));
  return {
    openingTokens: most(({ opening }) => opening),
    conversationTokens: most(({ whole }) => whole),
    questionTokens: most(({ questions }) => questions),
    answerTokens: most(({ answers }) => answers),
    longestAnswerTokens: Math.max(0, ...longest),
  };
}

/** One conversation's, in tokens. */
interface Sizes {
  readonly opening: number;
  readonly whole: number;
  readonly questions: number;
  readonly answers: number;
}

function sizesOf(chat: Chat, vocabulary: Vocabulary, settings: Settings, instance: Instance): Sizes {
  const { messages, first, replies } = rightConversation(settings, instance);
  checkPrompt(chat.renderer, messages.slice(0, first));
  const answers = replies.map((reply) => vocabulary.countText(reply));
  const shown = answers.slice(0, -1).reduce((sum, size) => sum + size, 0);
  const whole = chat.prompt(messages.slice(0, -1)).tokens.length;
  return {
    opening: chat.prompt(messages.slice(0, first)).tokens.length,
    whole,
    questions: whole - shown,
    answers: shown + (answers.at(-1) ?? 0),
  };
}
