import { messageOf } from "../errors.ts";
import { refusal } from "./compile-template.ts";
import type { ChatMessage } from "./message.ts";
import type { Renderer } from "./renderer.ts";

/**
 * Makes sure that a conversation's opening says what it should: every message word for word and in order. White space
 * at the ends of a message is the template's own.
 *
 * @param messages what a conversation begins with, a question at the end
 * @throws EngineError `self_check`: one sentence that names what is missing
 */
export function checkPrompt(renderer: Renderer, messages: readonly ChatMessage[]): void {
  const text = renderOpening(renderer, messages);
  const missing = messages.filter(({ content }) => !text.includes(content.trim()));
  const isQuestionRead = text !== withOtherQuestion(renderer, messages);
  const last = messages.at(-1);
  if (last !== undefined && !isQuestionRead && !missing.includes(last)) missing.push(last);
  if (missing.length > 0) throw refusal(missingWords(missing, text));
  let at = 0;
  for (const message of messages) {
    const found = text.indexOf(message.content.trim(), at);
    if (found < 0) throw refusal(`puts ${nameOf(message)} before what goes before it`);
    at = found + message.content.trim().length;
  }
}

function renderOpening(renderer: Renderer, messages: readonly ChatMessage[]): string {
  try {
    return renderer.render(messages);
  } catch (error) {
    throw refusal(`refuses the conversation's opening (${messageOf(error)})`);
  }
}

/** A short question may stand in a text by chance. */
function withOtherQuestion(renderer: Renderer, messages: readonly ChatMessage[]): string | null {
  const last = messages.at(-1);
  if (last === undefined) return null;
  try {
    return renderer.render([...messages.slice(0, -1), { ...last, content: `${last.content} and another` }]);
  } catch {
    return null;
  }
}

function missingWords(missing: readonly ChatMessage[], text: string): string {
  const isChanged = ({ content }: ChatMessage): boolean =>
    linesOf(content).some((line) => text.includes(line));
  const named = (verb: string, messages: readonly ChatMessage[]): string[] =>
    messages.length === 0 ? [] : [`${verb} ${[...new Set(messages.map(nameOf))].join(" and ")}`];
  return [
    ...named("changes the words of", missing.filter(isChanged)),
    ...named(
      "leaves out",
      missing.filter((message) => !isChanged(message)),
    ),
  ].join(" and ");
}

/** Long enough to stand nowhere by chance. */
function linesOf(content: string): string[] {
  return content
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.length > 20);
}

function nameOf({ role }: ChatMessage): string {
  return { system: "the instructions", user: "the user's message", assistant: "an example's answer" }[role];
}
