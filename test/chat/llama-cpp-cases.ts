import type { ChatMessage } from "../../src/chat/message.ts";
import { type ChatOptions, type TemplateVariables, templateVariables } from "../../src/chat/variables.ts";

/** A conversation that both are asked to word. */
interface Case {
  readonly name: string;
  readonly messages: readonly ChatMessage[];
  /** Ours. */
  readonly variables: TemplateVariables;
  /** What is asked of llama.cpp's server for the same. */
  readonly kwargs: TemplateVariables;
  readonly thinking: boolean;
}

/** The tokens' texts in every case; no tokenizer puts any before or behind. */
export const tokens = { bosText: "<s>", eosText: "</s>", prependBos: false };

const system: ChatMessage = {
  role: "system",
  content: "Keep a running sum of what the words stand for.\n\nabout: -42\nabove: 7\n",
};
const user = (content: string): ChatMessage => ({ role: "user", content });
const assistant = (content: string, reasoning?: string): ChatMessage => ({
  role: "assistant",
  content,
  ...(reasoning === undefined ? {} : { reasoning }),
});

const conversations: Readonly<Record<string, readonly ChatMessage[]>> = {
  "no system": [user("about\n")],
  system: [system, user("about")],
  "four turns": [
    system,
    user("about"),
    assistant("<answer>-42</answer>"),
    user(" above, \"naïve\" & 'so' "),
    assistant("\nSo it is\n\n<answer>-35</answer>\n"),
    user("about"),
    assistant("<answer>-77</answer>"),
    user("above"),
  ],
  "example turns": [
    system,
    user("Example: above"),
    assistant("<answer>7</answer>"),
    user("Example: about"),
    assistant("<answer>-35</answer>"),
    user("about"),
  ],
  "reasoning in the history": [
    system,
    user("about"),
    assistant("<answer>-42</answer>", "It begins at 0.\nabout is -42."),
    user("above"),
    assistant(" <answer>-35</answer>", "\n-42 and 7 are -35.\n"),
    user("about"),
  ],
};

const plainly: ChatOptions = {
  thinking: true,
  pastReasoning: "template",
  reasoningEffort: null,
  chatTemplateKwargs: null,
};
const reasoned = conversations["reasoning in the history"] ?? [];

export const cases: readonly Case[] = [
  ...[true, false].flatMap((thinking) =>
    Object.entries(conversations).map(([name, messages]) =>
      caseOf(
        `${name}, thinking ${thinking ? "on" : "off"}`,
        messages,
        { ...plainly, thinking },
        { thinking },
      ),
    ),
  ),
  caseOf(
    "all reasoning kept",
    reasoned,
    { ...plainly, pastReasoning: "all" },
    { thinking: true, preserve_reasoning: true },
  ),
  caseOf(
    "no reasoning kept",
    reasoned,
    { ...plainly, pastReasoning: "none" },
    { thinking: true, preserve_reasoning: false },
  ),
  caseOf(
    "high effort",
    reasoned,
    { ...plainly, reasoningEffort: "high" },
    { thinking: true, reasoning_effort: "high" },
  ),
];

function caseOf(
  name: string,
  messages: readonly ChatMessage[],
  options: ChatOptions,
  kwargs: TemplateVariables,
): Case {
  return { name, messages, variables: templateVariables(options), kwargs, thinking: options.thinking };
}
