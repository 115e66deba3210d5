import { messageOf } from "../errors.ts";
import type { Jinja } from "./jinja.ts";

/** What a template takes, found by rendering with it. */
export interface TemplateSupport {
  /** `parts`: content only as a list of parts. */
  readonly content: "text" | "parts";
  /** `joined`: there is no system role, so the instructions open the first message of the user. */
  readonly system: "own" | "joined";
}

/** Where parts and a system role are taken, both stay as they are; the template is rendered two to seven times. */
export function supportOf(render: ReturnType<Jinja["compile"]>): TemplateSupport {
  const outcome = (...messages: readonly object[]): Outcome => {
    try {
      return { text: render({ ...surroundings, messages }), error: null };
    } catch (error) {
      return { text: "", error: messageOf(error) };
    }
  };
  return { content: takesText(outcome) ? "text" : "parts", system: readsSystem(outcome) ? "own" : "joined" };
}

interface Outcome {
  readonly text: string;
  /** Null: none was raised. */
  readonly error: string | null;
}

/** What llama.cpp tries templates with: tools are there, and none. */
const surroundings = { tools: [], bos_token: "", eos_token: "", add_generation_prompt: true };
const mark = "Q9textQ9";

/** False only where parts show and a text does not. */
function takesText(outcome: (...messages: readonly object[]) => Outcome): boolean {
  if (outcome({ role: "user", content: mark }).text.includes(mark)) return true;
  return !outcome({ role: "user", content: [{ type: "text", text: mark }] }).text.includes(mark);
}

/**
 * Whether what stands in a system message makes any difference to the text or to what is raised. A template may read it
 * and yet refuse it for another reason: that it takes parts alone, say.
 */
function readsSystem(outcome: (...messages: readonly object[]) => Outcome): boolean {
  const user = { role: "user", content: "Q9userQ9" };
  const first = outcome({ role: "system", content: mark }, user);
  if (first.text.includes(mark)) return true;
  return [{ content: "Q9otherQ9" }, { content: "" }, { content: [] }, {}].some((content) => {
    const { text, error } = outcome({ role: "system", ...content }, user);
    return text !== first.text || error !== first.error;
  });
}
