import { messagesOf, promptOf } from "../report/sentences/prompt.ts";
import { visibleLines } from "../visible-text.ts";

/** A prompt as an engine is given it: a text with its token ids, or messages alone. */
export interface ShownPrompt {
  readonly text: string | null;
  readonly tokenIds: readonly number[] | null;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** A prompt for people: the text as it is but for characters that steer a terminal, then the ids. */
export function promptText(label: string, { text, tokenIds, messages }: ShownPrompt): string {
  if (text === null || tokenIds === null) {
    const said = messages.map(({ role, content }) => `${role}:\n${visibleLines(content)}`);
    return [messagesOf(label), ...said].join("\n\n");
  }
  return [promptOf(label, tokenIds.length), visibleLines(text), `token ids: ${tokenIds.join(" ")}`].join(
    "\n\n",
  );
}
