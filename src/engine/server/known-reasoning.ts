import { findReasoning, type FoundReasoning } from "../../chat/find-reasoning.ts";
import { javascriptJinja } from "../../chat/javascript-jinja.ts";
import { createRenderer } from "../../chat/renderer.ts";
import { type ChatOptions, templateVariables } from "../../chat/variables.ts";
import { type Family, families } from "../../reply/families.ts";
import type { Reasoning } from "../../reply/reasoning.ts";

/** How a model behind a server reasons, as far as that is known. */
export interface KnownReasoning {
  /** Null: nothing tells that it does. */
  readonly reasoning: Reasoning | null;
  /** Whether it does so though it is asked not to; whether it takes no notice where it is asked to. */
  readonly isForced: boolean;
  readonly isDeaf: boolean;
}

/**
 * Finds it in the chat template where that is one of Jinja, as for a model in this process, else by the marks of known
 * families in its text.
 *
 * @param seen `isApart`: the server tells reasoning apart, so that the marks in a reply are ours; `hasReasoned`: it did
 */
export function knownReasoning(
  templateText: string | null,
  options: ChatOptions,
  seen: { readonly isApart: boolean; readonly hasReasoned: boolean },
): KnownReasoning {
  const found = templateText === null ? null : foundIn(templateText, options);
  const family = families.find(isNamedIn(templateText ?? ""));
  const own = found === null ? reasoningOf(family, "template") : found.reasoning;
  const reasons = own !== null || seen.hasReasoned;
  return {
    reasoning: seen.isApart && reasons ? ourMarks : own,
    isForced: !options.thinking && (seen.hasReasoned || (own !== null && found?.canBeTurnedOff === false)),
    isDeaf: options.thinking && found?.canBeTurnedOn === false,
  };
}

/** Null: it is no template of Jinja (Ollama's are Go's), or one that does not work here. */
function foundIn(templateText: string, options: ChatOptions): FoundReasoning | null {
  const tokens = { bosText: "", eosText: "", prependBos: false };
  try {
    const renderer = createRenderer(templateText, tokens, templateVariables(options), javascriptJinja);
    renderer.render([{ role: "user", content: "?" }]);
    return findReasoning(renderer, { thinking: options.thinking, templateText, specialTexts: [] });
  } catch {
    return null;
  }
}

/** Of those with the same marks, the one whose sign is there comes first. */
function isNamedIn(text: string): (family: Family) => boolean {
  return ({ start, ends, sign }) =>
    start !== "" && ends.some((end) => text.includes(end)) && text.includes(sign ?? start);
}

function reasoningOf(family: Family | undefined, foundBy: Reasoning["foundBy"]): Reasoning | null {
  if (family === undefined) return null;
  const { start, ends, closing } = family;
  const wrappers = family.wrappers.map(([before, after]): [string, string] => [before, after]);
  return { isOpened: false, start, ends: [...ends], closing, wrappers, foundBy };
}

const ourMarks = reasoningOf(
  families.find(({ start, sign }) => start === "<think>" && sign === undefined),
  "family",
);
