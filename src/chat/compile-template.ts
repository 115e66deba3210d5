import { EngineError, messageOf } from "../errors.ts";
import type { Jinja } from "./jinja.ts";
import { withoutRefusals } from "./known-templates.ts";
import { withPinnedClock } from "./pinned-clock.ts";
import { watched } from "./renderings.ts";

/** Of a template, and of what one makes of a conversation, in characters: the longest known has 100,000. */
const longest = 1_000_000;
/** A conversation may be longer than that, if its messages are many. */
const longestFrame = 1_000;

/** @throws EngineError `self_check`: one sentence on why this is no Jinja template, or none that is taken */
export function compileTemplate(template: string, jinja: Jinja): ReturnType<Jinja["compile"]> {
  if (template.length > longest) throw refusal(`has ${template.length} characters, more than ${longest}`);
  if (template.trim() === "") throw refusal("is empty");
  if (isGoTemplate(template))
    throw refusal("is a Go template as Ollama writes them, and a Jinja template is needed");
  let render: ReturnType<Jinja["compile"]>;
  try {
    render = watched("rendering", () => jinja.compile(withPinnedClock(withoutRefusals(template))));
  } catch (error) {
    throw refusal(`cannot be parsed (${wordsOf(error)})`);
  }
  return (variables) => {
    const text = watched("rendering", () => render(variables));
    if (text.length > longest && text.length > longestOf(variables["messages"]))
      throw new Error(`it makes ${text.length} characters of its messages, more than ${longest}`);
    return text;
  };
}

/** What is said, and a frame around each message. */
function longestOf(messages: unknown): number {
  const said = Array.isArray(messages) ? messages : [];
  return JSON.stringify(said).length + longestFrame * said.length;
}

/** What a template raises may be of any length. */
export function wordsOf(error: unknown): string {
  const words = messageOf(error);
  return words.length > 400 ? `${words.slice(0, 400)}...` : words;
}

/** @param what goes on where "the chat template" ends */
export function refusal(what: string): EngineError {
  return new EngineError("self_check", `the chat template ${what}; name another with --chat-template`);
}

/** Go names its fields with a dot before and its conditions in double braces: Jinja does neither. */
function isGoTemplate(template: string): boolean {
  return /\{\{-?\s*(?:\.[A-Z]|\$[.\w]|if\s|(?:with|range|template|define|block)\s+[.$"]|end\s*-?\}\})/.test(
    template,
  );
}
