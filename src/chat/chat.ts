import type { Reasoning } from "../reply/reasoning.ts";
import { EngineError, messageOf } from "../errors.ts";
import { sha256Of } from "../sha256.ts";
import { ChatCodec } from "./codec.ts";
import type { ChatFacts } from "./facts.ts";
import { findReasoning, type FoundReasoning } from "./find-reasoning.ts";
import { historyKindOf } from "./history-kind.ts";
import type { Jinja } from "./jinja.ts";
import type { Prompt } from "./lay-prompt.ts";
import type { HistoryMessage } from "./message.ts";
import { createRenderer, type Renderer } from "./renderer.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { turnStartsOf } from "./turn-starts.ts";
import { type ChatOptions, templateVariables } from "./variables.ts";

/** A template's text and where it comes from. */
export interface Template {
  readonly text: string;
  readonly source: "model" | "file" | "plain";
}

/** A model's way of being talked to. */
export interface Chat {
  readonly facts: ChatFacts;
  /** As {@link ChatCodec.mode}. */
  readonly mode: ChatCodec["mode"];
  readonly source: Template["source"];
  /** SHA-256 of the template's text. */
  readonly hash: string;
  readonly reasoning: Reasoning | null;
  /** What has to be known of this model under these options, in words. */
  readonly warnings: readonly string[];
  readonly renderer: Renderer;
  /** @throws EngineError `self_check` with what the template raises */
  prompt(history: readonly HistoryMessage[]): Prompt;
}

/**
 * Reads a chat template for a model: how it renders, how the model reasons under it, what becomes of earlier turns.
 *
 * @throws EngineError `self_check` when the template cannot render a plain conversation at all
 */
export function createChat(
  template: Template,
  tokenizer: Tokenizer,
  options: ChatOptions,
  jinja: Jinja,
): Chat {
  const { text, source } = template;
  const renderer = createRenderer(text, tokenizer, templateVariables(options), jinja);
  const found = findReasoning(renderer, {
    thinking: options.thinking,
    templateText: text,
    specialTexts: [...tokenizer.specialTexts, ...tokenizer.definedTexts],
  });
  const render: Renderer["render"] = (messages) => orSelfCheck(() => renderer.render(messages));
  const codec = new ChatCodec(renderer, tokenizer, {
    templateText: text,
    reasoning: found.reasoning,
    givesReasoning: options.keepReasoning !== "none",
  });
  const facts: ChatFacts = {
    jinja: renderer.jinja,
    variables: renderer.variables,
    system: renderer.system,
    turnStarts: turnStartsOf(render, tokenizer),
    reasoning: found.reasoning,
    isThinking: options.thinking || (found.reasoning !== null && !found.canBeTurnedOff),
    history: historyKindOf(render),
  };
  return {
    facts,
    mode: codec.mode,
    source,
    hash: sha256Of(text),
    reasoning: found.reasoning,
    warnings: warningsOf(template, facts, options, found),
    renderer,
    prompt: (history) => orSelfCheck(() => codec.prompt(history)),
  };
}

function orSelfCheck<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError(
      "self_check",
      `the chat template cannot render a conversation: ${messageOf(error)}`,
    );
  }
}

const cureOfMoving =
  "Measure with a template that keeps them in front: --chat-template FILE, or another conversion of the model.";

function warningsOf(
  { source }: Template,
  facts: ChatFacts,
  { thinking }: ChatOptions,
  { reasoning, canBeTurnedOff, canBeTurnedOn }: FoundReasoning,
): string[] {
  const warnings: string[] = [];
  if (source === "plain")
    warnings.push("the file has no chat template: a plain User/Assistant format is used");
  if (facts.system === "joined" && source !== "plain")
    warnings.push(
      "the chat template has no system role: the instructions open the user's first message, a line break between",
    );
  if (facts.history === "moves")
    warnings.push(
      `the chat template moves the instructions to the last message, so that every turn is evaluated whole. ${cureOfMoving}`,
    );
  if (facts.history === "rewrites")
    warnings.push("the chat template rewrites its history, so that earlier turns are evaluated again");
  if (thinking && !canBeTurnedOn)
    warnings.push("the chat template is the same with and without reasoning: --thinking on changes nothing");
  if (!thinking && reasoning !== null && !canBeTurnedOff)
    warnings.push(
      "--thinking off cannot keep this model from reasoning: its template has no switch for it, so the run counts as thinking",
    );
  return warnings;
}
