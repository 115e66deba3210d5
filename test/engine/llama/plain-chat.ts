import type { ChatOptions } from "../../../src/chat/variables.ts";

/** A conversation without anything asked of the template. */
export const plainChat: ChatOptions = {
  thinking: false,
  pastReasoning: "template",
  reasoningEffort: null,
  chatTemplateKwargs: null,
};
