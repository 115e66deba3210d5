import type { ChatOptions, TemplateVariables } from "../chat/variables.ts";
import type { Settings } from "../settings/settings.ts";

/** What a run asks of its model's chat template. */
export function chatOptionsOf(settings: Settings): ChatOptions {
  const { thinking, keepReasoning, reasoningEffort, chatTemplateKwargs } = settings;
  return {
    thinking: thinking === "on",
    pastReasoning: keepReasoning,
    reasoningEffort,
    chatTemplateKwargs:
      chatTemplateKwargs === null ? null : (JSON.parse(chatTemplateKwargs) as TemplateVariables),
  };
}
