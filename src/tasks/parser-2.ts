import { taggedContents } from "../reply/answer-tags.ts";
import type { Reasoning } from "../reply/reasoning.ts";
import { splitReply } from "../reply/split.ts";
import type { ParseContent, Reading, ReadingClass } from "./answer.ts";
import { plainSigns, unmarked, writtenNumber } from "./written-number.ts";

/**
 * Parser version 2: reads what a careful reader would read without doubt. Never throws. It differs from version 1 in
 * this and nothing else:
 *
 * | rule | what differs |
 * |---|---|
 * | reasoning | it is told by the marks of the run's model, or those that are usual; 1 knew three pairs |
 * | tags | a tag in any case of letters, and with one blank inside its brackets (`</ answer>`), is a tag |
 * | content | what a tag holds is read as {@link writtenNumber} says; of a matrix, signs and marks are |
 * | last word | the last closed tag that holds a digit is what the model ended on; where that is in doubt, nothing is read, while 1 went back to one before it |
 *
 * As before: a tag that is not closed may have been cut (`<answer>5`, `<answer>5</answer`), so it says nothing; a tag without
 * any digit (`<answer>x</answer>`) takes nothing back; `\boxed{5}` without a tag and `&lt;answer&gt;5&lt;/answer&gt;`, which
 * quotes one, are no answer.
 *
 * @param text what the model said, and nothing that stood in its prompt
 * @param reachedLimit whether generation ended at the token limit, which tells "truncated" from "no tag"
 */
export function readAsSecond(
  text: string,
  reachedLimit: boolean,
  parse: ParseContent,
  marks: Reasoning | null,
): Reading {
  const { content, reasoning, isOpen } = splitReply(text, marks);
  const contents = taggedContents(content);
  const numbers = contents.map((one) => numberIn(one, parse));
  const answer = numbers[contents.findLastIndex((one) => /\p{Nd}/u.test(one))] ?? null;
  const firstAnswer = numbers.find((number) => number !== null) ?? null;
  return { class: classify(), answer, firstAnswer, reasoning };

  function classify(): ReadingClass {
    if (answer !== null) return "number";
    if (isOpen) return "reasoning_unclosed";
    if (contents.length > 0) return "not_a_number";
    if (reachedLimit) return "truncated";
    return content.trim() === "" ? "empty" : "no_tag";
  }
}

/** A task's own form first: of a matrix signs and marks are made plain, but a number is none of it. */
function numberIn(content: string, parse: ParseContent): number | null {
  return parse(content) ?? parse(unmarked(plainSigns(content))) ?? parse(writtenNumber(content) ?? "");
}
