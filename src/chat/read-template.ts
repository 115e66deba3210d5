import { EngineError } from "../errors.ts";
import { chatWarnings } from "./chat-warnings.ts";
import { wordsOf } from "./compile-template.ts";
import type { ChatFacts } from "./facts.ts";
import { findReasoning } from "./find-reasoning.ts";
import { historyKindOf } from "./history-kind.ts";
import type { Jinja } from "./jinja.ts";
import { createRenderer, type Renderer } from "./renderer.ts";
import type { Template } from "./template.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { turnStartsOf } from "./turn-starts.ts";
import { type ChatOptions, templateVariables } from "./variables.ts";

/** What a chat template makes of a model's conversations. */
export interface ReadTemplate {
  readonly renderer: Renderer;
  readonly facts: ChatFacts;
  /** What has to be known of this model under these options, in words. */
  readonly warnings: readonly string[];
}

/**
 * Finds out how a template renders, how the model reasons under it, what becomes of earlier turns.
 *
 * @throws EngineError `self_check` when it cannot render a plain conversation at all
 */
export function readTemplate(
  template: Template,
  tokenizer: Tokenizer,
  options: ChatOptions,
  jinja: Jinja,
): ReadTemplate {
  const { text } = template;
  const renderer = createRenderer(text, tokenizer, templateVariables(options), jinja);
  const found = findReasoning(renderer, {
    thinking: options.thinking,
    templateText: text,
    specialTexts: [...tokenizer.specialTexts, ...tokenizer.definedTexts],
  });
  const { reasoning, canBeTurnedOff } = found;
  const render: Renderer["render"] = (messages) => orSelfCheck(() => renderer.render(messages));
  const facts: ChatFacts = {
    jinja: renderer.jinja,
    variables: renderer.variables,
    system: renderer.system,
    turnStarts: turnStartsOf(render, tokenizer, reasoning),
    reasoning,
    isThinking: options.thinking || (reasoning !== null && !canBeTurnedOff),
    history: historyKindOf(render),
  };
  return { renderer, facts, warnings: chatWarnings(template, facts, options, found, render) };
}

/** What a template raises is the engine's fault, not the model's. */
export function orSelfCheck<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError("self_check", `the chat template cannot render a conversation: ${wordsOf(error)}`);
  }
}
