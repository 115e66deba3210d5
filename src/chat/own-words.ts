import type { Segment } from "./layout.ts";
import type { AnswerForm, OwnAnswer } from "./message.ts";

/** Where the model's own ids take the place of a conversation's text. */
export interface OwnPlace {
  /** Characters of the text from `start` to `end` (exclusive) are what the ids stand for. */
  readonly start: number;
  readonly end: number;
  readonly form: Exclude<AnswerForm, "rewritten">;
}

/**
 * Finds a model's own answer in the text between the message before it and the one behind it.
 *
 * First as a continuation of the very prompt that it answered, so that nothing before it changes; else where the template
 * shows it behind another frame (an empty reasoning block that is left out of the history, say). Null: the template
 * shows it in other words, or without a part of it.
 *
 * @param region the segments between the two messages, the answer's own among them
 */
export function placeOfOwn(region: readonly Segment[], own: OwnAnswer): OwnPlace | null {
  if (own.ids === null || own.text.trim() === "") return null;
  const text = region.map((segment) => segment.text).join("");
  // Reasoning that never ended has no content behind it.
  const contentAt = region.findLastIndex(({ slot }) => slot !== null);
  if (contentAt < 0) return null;
  const lengthBefore = (index: number): number =>
    region.slice(0, index).reduce((sum, segment) => sum + segment.text.length, 0);
  const contentStart = lengthBefore(contentAt);
  const contentEnd = contentStart + (region[contentAt]?.text.trimEnd().length ?? 0);
  const continued = text.startsWith(own.generation) ? found(text, own.generation.length, own.text) : null;
  if (continued !== null && continued.end >= contentEnd) return continued;
  const framed = found(text, contentStart, own.text);
  return framed !== null && framed.end >= contentEnd ? framed : null;
}

/** The answer at this place of the text, white space at its ends apart. */
function found(text: string, start: number, answer: string): OwnPlace | null {
  if (text.startsWith(answer, start)) return { start, end: start + answer.length, form: "exact" };
  const trimmed = answer.trim();
  const blanks = /^\s*/.exec(text.slice(start))?.[0].length ?? 0;
  if (!text.startsWith(trimmed, start + blanks)) return null;
  const end = start + blanks + trimmed.length;
  // White space behind it that the template shows as well is not said twice.
  const behind = answer.slice(answer.trimEnd().length);
  return { start, end: text.startsWith(behind, end) ? end + behind.length : end, form: "edges" };
}
