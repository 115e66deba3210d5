import type { Message } from "../engine.ts";

/** A turn of a conversation, as far as it tells how long the next prompt has to be. */
export interface CountedTurn {
  readonly messages: readonly Pick<Message, "role" | "content">[];
  readonly answer: string;
  /** As the server counted. */
  readonly promptTokens: number;
  /** As many as the prompt had at least, by what was known before. */
  readonly leastTokens: number;
  /** Tokens of the answer that stay in the conversation; 0 where it is not known. */
  readonly keptTokens: number;
  /** Whether any answer in the conversation holds reasoning, which a chat template may leave out. */
  readonly hasReasoning: boolean;
}

/**
 * How many tokens a prompt has to have at least if the server left nothing out of it: where messages were only added, as
 * many as before and the kept answer; for every other history, what stands before the first question.
 *
 * @param first of the conversation's turns
 * @param last null: this is the first
 */
export function leastPromptTokens(
  messages: CountedTurn["messages"],
  first: CountedTurn | null,
  last: CountedTurn | null,
): number {
  if (first === null || last === null) return 0;
  if (onlyAdds(messages, last)) return last.leastTokens + last.keptTokens;
  return Math.max(0, first.promptTokens - mostTokens(first.messages.at(-1)?.content ?? ""));
}

/** Whether a prompt of so many tokens was cut. Counts of the same text may differ a little from turn to turn. */
export function isCut(
  promptTokens: number,
  leastTokens: number,
  messages: CountedTurn["messages"],
  last: CountedTurn | null,
): boolean {
  if (promptTokens < leastTokens * (1 - tolerance)) return true;
  return last !== null && onlyAdds(messages, last) && promptTokens <= last.promptTokens;
}

const tolerance = 0.02;

/** Whether the conversation is the last one, the answer to it, and more; and no reasoning was dropped from it. */
function onlyAdds(messages: CountedTurn["messages"], last: CountedTurn): boolean {
  const before = last.messages.length;
  const answer = messages[before];
  return (
    !last.hasReasoning &&
    messages.length > before + 1 &&
    answer?.role === "assistant" &&
    answer.content === last.answer &&
    last.messages.every(
      ({ role, content }, index) => messages[index]?.role === role && messages[index].content === content,
    )
  );
}

/** No tokenizer makes more of a text than its bytes. */
function mostTokens(text: string): number {
  return Buffer.byteLength(text);
}
