import { type Marks, marksOf } from "./marks.ts";
import type { Reasoning, ReplyParts } from "./reasoning.ts";

/**
 * Parts what a model says from its reasoning. Nothing is lost but the marks: white space stays where it stood. Reasoning
 * that is never closed swallows the rest. An end without a beginning, before any other reasoning, ends one that the
 * prompt opened unnoticed: then all before it was reasoning.
 *
 * @param text what the model generated, byte for byte, and nothing that stood in the prompt
 * @param reasoning how its model reasons; null: what is usual
 */
export function splitReply(text: string, reasoning: Reasoning | null): ReplyParts {
  const { outside, opened } = reasoning === null ? usualMarks : knownMarks(reasoning);
  const content: string[] = [];
  const thoughts: string[] = [];
  let inside = opened;
  let at = 0;
  for (;;) {
    const found = (inside?.ends ?? outside).next(text, at, at);
    if (found === null) break;
    const isUnnoticed = inside === null && found.mark.meaning === "ends" && thoughts.length === 0;
    (inside === null ? content : thoughts).push(text.slice(at, found.begin));
    if (isUnnoticed) thoughts.push(content.splice(0).join(""));
    inside = found.mark.inside;
    at = found.end;
  }
  (inside === null ? content : thoughts).push(text.slice(at));
  return {
    content: content.join(""),
    reasoning: thoughts.length === 0 ? null : thoughts.join("\n"),
    isOpen: inside !== null,
  };
}

const usualMarks = marksOf(null);
const known = new WeakMap<Reasoning, Marks>();

/** A run's replies are all split by the same marks. */
function knownMarks(reasoning: Reasoning): Marks {
  let marks = known.get(reasoning);
  if (marks === undefined) {
    marks = marksOf(reasoning);
    known.set(reasoning, marks);
  }
  return marks;
}
