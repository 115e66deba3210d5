import { splitReply } from "../../reply/split.ts";
import type { Message } from "../engine.ts";
import type { Manner } from "./manner.ts";

/** A message as a server takes it. */
export interface ServerMessage {
  readonly role: Message["role"];
  readonly content: string;
  readonly reasoning_content?: string;
  readonly reasoning?: string;
  readonly thinking?: string;
}

/** A history as a server takes it: reasoning of earlier answers apart from them, as chat templates expect it, or left out. */
export function serverMessages(
  messages: readonly Pick<Message, "role" | "content">[],
  manner: Manner,
): ServerMessage[] {
  const worded = messages.map((message) => wordedMessage(message, manner));
  const [first, second, ...rest] = worded;
  if (!manner.isSystemJoined || first?.role !== "system" || second === undefined) return worded;
  return [{ ...second, content: `${first.content}\n${second.content}` }, ...rest];
}

function wordedMessage({ role, content }: Pick<Message, "role" | "content">, manner: Manner): ServerMessage {
  if (role !== "assistant") return { role, content };
  const parts = splitReply(content, manner.reasoning);
  if (parts.reasoning === null) return { role, content };
  if (manner.pastReasoning === "none") return { role, content: parts.content };
  const { api, kind } = manner.facts;
  if (api === "ollama") return { role, content: parts.content, thinking: parts.reasoning };
  if (kind === "llama.cpp" || kind === "sglang")
    return { role, content: parts.content, reasoning_content: parts.reasoning };
  // Its name for it has changed; the one that it does not know it leaves alone.
  if (kind === "vllm")
    return { role, content: parts.content, reasoning_content: parts.reasoning, reasoning: parts.reasoning };
  return manner.pastReasoning === "all" ? { role, content } : { role, content: parts.content };
}
