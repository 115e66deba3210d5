import { EngineError } from "../../errors.ts";
import type { Message } from "../engine.ts";

type Messages = readonly Pick<Message, "role" | "content">[];

/**
 * The same messages with the longest cut short, to see how many tokens such a text takes where certainly nothing is left
 * out.
 *
 * @returns null where they are short enough themselves
 */
export function shortened(messages: Messages): Messages | null {
  const longest = Math.max(0, ...messages.map(({ content }) => content.length));
  if (longest < 2 * shortCharacters) return null;
  return messages.map((message) =>
    message.content.length === longest
      ? { ...message, content: message.content.slice(0, shortCharacters) }
      : message,
  );
}

/**
 * @throws EngineError where the whole has far fewer tokens than the short text lets expect: then the server left some of
 * it out, and would leave it out of every turn
 */
export function refuseCutPrompt(
  whole: { readonly messages: Messages; readonly promptTokens: number },
  short: { readonly messages: Messages; readonly promptTokens: number },
): void {
  const expected = (short.promptTokens / charactersOf(short.messages)) * charactersOf(whole.messages);
  if (whole.promptTokens >= leastShare * expected) return;
  throw new EngineError(
    "unfit",
    `the server counts ${whole.promptTokens.toLocaleString("en-US")} tokens in a first prompt that has about ${Math.round(expected).toLocaleString("en-US")}: it leaves a part of it out without a word. Give it a longer context; Ollama takes one from ollama:URL.`,
  );
}

export function charactersOf(messages: Messages): number {
  return messages.reduce((sum, { content }) => sum + content.length, 0);
}

/** Fewer tokens than the shortest context that servers have by themselves. */
const shortCharacters = 2000;
/** Instructions and a list may differ by so much in how many tokens a character takes. */
const leastShare = 0.6;
