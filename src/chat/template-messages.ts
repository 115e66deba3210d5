import type { TemplateManners } from "./known-templates.ts";
import type { ChatMessage } from "./message.ts";
import type { TemplateSupport } from "./template-support.ts";

type Part =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly thinking: string };

/** A message as templates read it. */
interface TemplateMessage {
  readonly role: ChatMessage["role"];
  readonly content: string | readonly Part[];
  readonly reasoning_content?: string;
  readonly thinking?: string;
}

/** A conversation in the form that a template takes. */
export function templateMessages(
  messages: readonly ChatMessage[],
  support: TemplateSupport,
  manners: Pick<TemplateManners, "reasoning" | "isTrimmed">,
): TemplateMessage[] {
  const trimmed = manners.isTrimmed ? messages.map(trimMessage) : messages;
  const joined = support.system === "own" ? trimmed : joinSystem(trimmed);
  return joined.map((message) => templateMessage(message, support, manners.reasoning));
}

function templateMessage(
  { role, content, reasoning = "" }: ChatMessage,
  support: TemplateSupport,
  form: TemplateManners["reasoning"],
): TemplateMessage {
  const text: Part = { type: "text", text: content };
  if (form === "part" && role !== "user") {
    const thought: Part = { type: "thinking", thinking: reasoning };
    return { role, content: reasoning === "" ? [text] : [thought, text] };
  }
  return {
    role,
    content: support.content === "parts" ? [text] : content,
    ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
    ...(reasoning !== "" && form === "thinking" ? { thinking: reasoning } : {}),
  };
}

/** Instructions that nothing follows are left out, as llama.cpp does. */
function joinSystem(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const [first, second, ...rest] = messages;
  if (first?.role !== "system") return messages;
  if (second === undefined) return [];
  return [{ ...second, content: `${first.content}\n${second.content}` }, ...rest];
}

function trimMessage(message: ChatMessage): ChatMessage {
  const { content, reasoning } = message;
  return {
    ...message,
    content: trim(content),
    ...(reasoning === undefined ? {} : { reasoning: trim(reasoning) }),
  };
}

/** White space of ASCII alone. */
function trim(text: string): string {
  return text.replaceAll(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, "");
}
