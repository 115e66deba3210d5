import { compileTemplate } from "./compile-template.ts";
import type { Jinja } from "./jinja.ts";
import { mannersOf } from "./known-templates.ts";
import type { ChatMessage } from "./message.ts";
import { pinnedDates } from "./pinned-clock.ts";
import { templateMessages } from "./template-messages.ts";
import { supportOf, type TemplateSupport } from "./template-support.ts";
import type { Tokenizer } from "./tokenizer.ts";
import type { TemplateVariables } from "./variables.ts";

/** A model's chat template, ready to word conversations as llama.cpp's server does. */
export interface Renderer {
  readonly jinja: Jinja["name"];
  /** `joined`: the template has no system role, so the instructions open the first message of the user. */
  readonly system: TemplateSupport["system"];
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

/** What a template is told of its model's tokenizer. */
type RendererTokens = Pick<Tokenizer, "bosText" | "eosText" | "prependBos" | "appendEos">;

/** @throws EngineError `self_check` for what is no Jinja template */
export function createRenderer(
  template: string,
  tokens: RendererTokens,
  variables: TemplateVariables,
  jinja: Jinja,
): Renderer {
  const run = compileTemplate(template, jinja);
  const manners = mannersOf(template);
  const support = supportOf(run);
  const rendererWith = (variables: TemplateVariables): Renderer => ({
    jinja: jinja.name,
    system: support.system,
    variables,
    render(messages, isAsking = true) {
      const text = run({
        messages: templateMessages(messages, support, manners),
        bos_token: tokens.bosText,
        eos_token: tokens.eosText,
        ...pinnedDates,
        ...variables,
        ...(isAsking ? { add_generation_prompt: true } : {}),
      });
      return manners.finish(withoutEnds(text, tokens), isAsking);
    },
    with: (others) => rendererWith({ ...variables, ...others }),
  });
  return rendererWith(variables);
}

/** What the tokenizer puts at the ends itself must not stand there twice. */
function withoutEnds(text: string, { prependBos, bosText, appendEos, eosText }: RendererTokens): string {
  const start = prependBos && text.startsWith(bosText) ? bosText.length : 0;
  const end = appendEos === true && text.endsWith(eosText) ? text.length - eosText.length : text.length;
  return text.slice(start, Math.max(start, end));
}
