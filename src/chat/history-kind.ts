import type { ChatFacts } from "./facts.ts";
import { conversationOf, layoutOf, type Render, slotsOf } from "./layout.ts";
import type { ChatMessage } from "./message.ts";

/**
 * What becomes of earlier turns when the next one is asked, the last answer apart: another frame around that one, or its
 * reasoning left out, costs no more than evaluating it again.
 */
export function historyKindOf(render: Render): ChatFacts["history"] {
  const messages: ChatMessage[] = [
    { role: "system", content: "Look up.\nabout: -42\nabove: 7" },
    { role: "user", content: "about" },
    { role: "assistant", content: "<answer>-42</answer>" },
    { role: "user", content: "above" },
    { role: "assistant", content: "<answer>-35</answer>" },
    { role: "user", content: "about" },
  ];
  const prompts = [2, 4, 6].map((length) => withoutGeneration(render, messages.slice(0, length)));
  const isKept = prompts.every((prompt, index) => prompts[index + 1]?.startsWith(prompt) ?? true);
  if (isKept) return "appends";
  return movesSystem(render) ? "moves" : "rewrites";
}

/** Up to the end of the last message. */
function withoutGeneration(render: Render, messages: readonly ChatMessage[]): string {
  const text = render(messages);
  const last = messages.at(-1)?.content ?? "";
  return text.slice(0, text.lastIndexOf(last) + last.length);
}

/** Whether the instructions stand behind an answer: once there was none, they stood before it. */
function movesSystem(render: Render): boolean {
  const layout = layoutOf(render, conversationOf([false]));
  const [instructions = -1, answer = -1] = [0, 2].map((message) => slotsOf(layout, message)[0]);
  return instructions > answer;
}
