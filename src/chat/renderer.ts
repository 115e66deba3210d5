import { EngineError, messageOf } from "../errors.ts";
import type { Jinja } from "./jinja.ts";
import type { ChatMessage } from "./message.ts";
import type { Tokenizer } from "./tokenizer.ts";
import type { TemplateVariables } from "./variables.ts";

/** A model's chat template, ready to word conversations as llama.cpp's server does. */
export interface Renderer {
  readonly jinja: Jinja["name"];
  /** `joined`: the template has no system role, so the instructions open the first message of the user. */
  readonly system: "own" | "joined";
  readonly variables: TemplateVariables;
  /**
   * A conversation's text, without the beginning-of-sequence mark where the tokenizer puts one.
   *
   * @param isAsking whether the model is to answer: the generation prompt stands at the end
   * @throws Error what the template raises
   */
  render(messages: readonly ChatMessage[], isAsking?: boolean): string;
  /** The same template with other variables over these. */
  with(variables: TemplateVariables): Renderer;
}

/** @throws EngineError `self_check` for a template that cannot be parsed */
export function createRenderer(
  template: string,
  tokenizer: Pick<Tokenizer, "bosText" | "eosText" | "prependBos">,
  variables: TemplateVariables,
  jinja: Jinja,
): Renderer {
  const run = compileTemplate(template, jinja);
  const renderWith = (messages: readonly ChatMessage[], isAsking: boolean): string =>
    run({
      messages: messages.map(({ role, content }) => ({ role, content })),
      ...(isAsking ? { add_generation_prompt: true } : {}),
      bos_token: tokenizer.bosText,
      eos_token: tokenizer.eosText,
      strftime_now: () => pinnedDate,
      date_string: pinnedDate,
      ...variables,
    });
  const system = hasSystemRole(renderWith) ? "own" : "joined";
  return {
    jinja: jinja.name,
    system,
    variables,
    render(messages, isAsking = true) {
      const text = renderWith(system === "own" ? messages : joinSystem(messages), isAsking);
      const { prependBos, bosText } = tokenizer;
      return prependBos && text.startsWith(bosText) ? text.slice(bosText.length) : text;
    },
    with: (others) => createRenderer(template, tokenizer, { ...variables, ...others }, jinja),
  };
}

function compileTemplate(template: string, jinja: Jinja): ReturnType<Jinja["compile"]> {
  try {
    return jinja.compile(template);
  } catch (error) {
    throw new EngineError("self_check", `the chat template cannot be parsed: ${messageOf(error)}`);
  }
}

/** Dates are pinned: a prompt must not change overnight. */
const pinnedDate = "01 Jan 2025";

function hasSystemRole(render: (messages: readonly ChatMessage[], isAsking: boolean) => string): boolean {
  const system = "Q9systemQ9";
  try {
    const messages = [
      { role: "system" as const, content: system },
      { role: "user" as const, content: "Q9userQ9" },
    ];
    return render(messages, true).includes(system);
  } catch {
    return false;
  }
}

function joinSystem(messages: readonly ChatMessage[]): ChatMessage[] {
  const [first, second, ...rest] = messages;
  if (first?.role !== "system" || second === undefined) return messages.slice();
  return [{ role: second.role, content: `${first.content}\n${second.content}` }, ...rest];
}
