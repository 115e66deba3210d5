import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Message } from "../engine/engine.ts";
import { messageOf, UsageError } from "../errors.ts";
import { sha256Of } from "../sha256.ts";

/** A conversation in a file, and what it is known by. */
export interface ChatFile {
  readonly file: string;
  readonly sha256: string;
  readonly messages: readonly Message[];
}

/**
 * Reads a conversation as OpenAI's API has it: a list of messages, or an object with one under `messages`.
 *
 * @throws UsageError naming the file, the place and the fix
 */
export function readChatFile(path: string): ChatFile {
  const refuse = (what: string): UsageError => new UsageError(`--conversation ${path}: ${what}`);
  const messages = messagesIn(textOf(path, refuse), refuse);
  return { file: basename(path), sha256: sha256Of(JSON.stringify(messages)), messages };
}

type Refuse = (what: string) => UsageError;

function textOf(path: string, refuse: Refuse): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw refuse(`cannot be read (${messageOf(error)}). Name a JSON file of messages.`);
  }
}

const example = `Use [{"role": "user", "content": "..."}, ...], or {"messages": [...]}.`;

function messagesIn(text: string, refuse: Refuse): Message[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw refuse(`is no JSON (${messageOf(error)}). ${example}`);
  }
  const list: unknown = Array.isArray(parsed) ? parsed : Object(parsed).messages;
  if (!Array.isArray(list)) throw refuse(`holds no list of messages. ${example}`);
  const messages = list.map((one, index) => messageIn(one, `message ${index + 1}`, refuse));
  if (!messages.some(({ role }) => role === "user"))
    throw refuse("holds no message of the user, so there is nothing to answer. Add one.");
  for (const [index, { role }] of messages.entries()) {
    if (role === "system" && index > 0)
      throw refuse(`message ${index + 1} is the system's. It can only be the first: move or remove it.`);
    if (role !== "system" && role === messages[index - 1]?.role)
      throw refuse(
        `messages ${index} and ${index + 1} are both the ${role}'s. Turns must alternate: join them.`,
      );
  }
  const first = messages.find(({ role }) => role !== "system");
  if (first?.role === "assistant")
    throw refuse("begins with an answer. Begin with the user's message, after the system's if there is one.");
  return messages;
}

const roles = ["system", "user", "assistant"] as const;

function messageIn(value: unknown, place: string, refuse: Refuse): Message {
  const { role, content } = Object(value) as { readonly role?: unknown; readonly content?: unknown };
  const known = roles.find((one) => one === (role === "developer" ? "system" : role));
  if (known === undefined)
    throw refuse(
      `${place} has the role ${JSON.stringify(role) ?? "of nobody"}. Use system, user or assistant; calls of tools cannot be evaluated again.`,
    );
  return { role: known, content: textIn(content, place, refuse) };
}

/** A text, or parts of which each is one. */
function textIn(content: unknown, place: string, refuse: Refuse): string {
  if (typeof content === "string") return content;
  const parts: unknown[] = Array.isArray(content) ? content : [];
  const texts = parts.map((part) => Object(part) as { readonly type?: unknown; readonly text?: unknown });
  if (texts.length > 0 && texts.every(({ type, text }) => type === "text" && typeof text === "string"))
    return texts.map(({ text }) => text as string).join("");
  throw refuse(`${place} has no text under "content". Use a text, or parts of the type "text".`);
}
