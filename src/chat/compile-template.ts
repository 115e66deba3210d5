import { EngineError, messageOf } from "../errors.ts";
import type { Jinja } from "./jinja.ts";
import { withoutRefusals } from "./known-templates.ts";
import { withPinnedClock } from "./pinned-clock.ts";

/** @throws EngineError `self_check`: one sentence on why this is no Jinja template */
export function compileTemplate(template: string, jinja: Jinja): ReturnType<Jinja["compile"]> {
  if (template.trim() === "") throw refusal("is empty");
  if (isGoTemplate(template))
    throw refusal("is a Go template as Ollama writes them, and a Jinja template is needed");
  try {
    return jinja.compile(withPinnedClock(withoutRefusals(template)));
  } catch (error) {
    throw refusal(`cannot be parsed (${messageOf(error)})`);
  }
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
