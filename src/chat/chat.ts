import { sha256Of } from "../sha256.ts";
import { ChatCodec, type Prompt, type PromptMemory } from "./codec.ts";
import type { Jinja } from "./jinja.ts";
import type { HistoryMessage } from "./message.ts";
import { watched } from "./renderings.ts";
import { orSelfCheck, type ReadTemplate, readTemplate } from "./read-template.ts";
import type { Template } from "./template.ts";
import type { Tokenizer } from "./tokenizer.ts";
import type { ChatOptions } from "./variables.ts";

/** A model's way of being talked to. */
export interface Chat extends ReadTemplate {
  /** As {@link ChatCodec.mode}. */
  readonly mode: ChatCodec["mode"];
  readonly source: Template["source"];
  /** SHA-256 of the template's text. */
  readonly hash: string;
  /**
   * @param memory of the conversation: what was laid for its last turn
   * @throws EngineError `self_check` with what the template raises
   */
  prompt(history: readonly HistoryMessage[], memory?: PromptMemory): Prompt;
}

/** @throws EngineError `self_check` when the template cannot render a plain conversation at all */
export function createChat(
  template: Template,
  tokenizer: Tokenizer,
  options: ChatOptions,
  jinja: Jinja,
): Chat {
  return watched("reading", () => {
    const read = readTemplate(template, tokenizer, options, jinja);
    const codec = new ChatCodec(read.renderer, tokenizer, {
      templateText: template.text,
      reasoning: read.facts.reasoning,
      givesReasoning: options.pastReasoning !== "none",
    });
    return {
      ...read,
      mode: codec.mode,
      source: template.source,
      hash: sha256Of(template.text),
      prompt: (history, memory) => orSelfCheck(() => codec.prompt(history, memory)),
    };
  });
}
