import { messageOf } from "../errors.ts";
import type { Jinja } from "./jinja.ts";

/** What a template takes, found by rendering with it. */
export interface TemplateSupport {
  /** `parts`: content only as a list of parts. */
  readonly content: "text" | "parts";
  /** `joined`: there is no system role, so the instructions open the first message of the user. */
  readonly system: "own" | "joined";
}

/** The template is rendered two to six times. */
export function supportOf(render: ReturnType<Jinja["compile"]>): TemplateSupport {
  const ask: Ask = (...messages) => {
    try {
      return { text: render({ ...surroundings, messages }), error: null };
    } catch (error) {
      return { text: "", error: messageOf(error) };
    }
  };
  const content = takesText(ask) ? "text" : "parts";
  return { content, system: readsSystem(ask, content) ? "own" : "joined" };
}

/** Renders messages; `error` is null where none was raised. */
type Ask = (...messages: readonly object[]) => { readonly text: string; readonly error: string | null };

/** What llama.cpp tries templates with: tools are there, and none. */
const surroundings = { tools: [], bos_token: "", eos_token: "", add_generation_prompt: true };
const mark = "Q9textQ9";
const asParts = (text: string): object => [{ type: "text", text }];

/** False only where parts show and a text does not. */
function takesText(ask: Ask): boolean {
  if (ask({ role: "user", content: mark }).text.includes(mark)) return true;
  return !ask({ role: "user", content: asParts(mark) }).text.includes(mark);
}

/**
 * Whether what stands in a system message makes any difference to the text or to what is raised: a template may read
 * it without showing it.
 */
function readsSystem(ask: Ask, form: TemplateSupport["content"]): boolean {
  const inForm = (text: string): unknown => (form === "text" ? text : asParts(text));
  const withSystem = (system: object): ReturnType<Ask> =>
    ask({ role: "system", ...system }, { role: "user", content: inForm("Q9userQ9") });
  const first = withSystem({ content: inForm(mark) });
  if (first.text.includes(mark)) return true;
  return [{ content: inForm("") }, { content: [] }, {}].some((system) => {
    const { text, error } = withSystem(system);
    return text !== first.text || error !== first.error;
  });
}
