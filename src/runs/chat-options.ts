import type { ChatOptions } from "../chat/variables.ts";
import type { Settings } from "../settings/settings.ts";

/** What a run's settings ask of a chat template. */
export function chatOptionsOf({ thinking }: Settings): ChatOptions {
  return {
    thinking: thinking === "on",
    keepReasoning: "template",
    reasoningEffort: null,
    chatTemplateKwargs: null,
  };
}
