/**
 * How a text reads, whatever the truth is. `number` is the only class that can be right; the others are
 * errors of the model. Infrastructure failures never come here.
 */
export type ReadingClass =
  | "number"
  | "not_a_number"
  | "no_tag"
  | "truncated"
  | "empty"
  | "reasoning_unclosed";

export interface Reading {
  readonly class: ReadingClass;
  /** The integer in the last well-formed tag, which is judged. */
  readonly answer: number | null;
  /** The integer in the first well-formed tag; differs where the model corrects itself. */
  readonly firstAnswer: number | null;
  /** What stood inside reasoning tags, or null. */
  readonly reasoning: string | null;
}

/** Reads what stands in an answer tag; null: no answer. */
export type ParseContent = (content: string) => number | null;

/**
 * Parser version 1: reads the answer out of a model's text. A tag is well formed when it is closed and holds an integer in
 * decimal digits, a sign before it or none. Never throws.
 *
 * @param text the model's text, byte for byte
 * @param reachedLimit whether generation ended at the token limit, which tells "truncated" from "no tag"
 * @param parse what a task takes for an answer; an integer unless told
 */
export function readAnswer(text: string, reachedLimit: boolean, parse: ParseContent = parseInteger): Reading {
  const { visible, reasoning, open } = splitReasoning(text);
  const contents = closedTags(visible);
  const numbers = contents.map(parse).filter((number) => number !== null);
  const answer = numbers.at(-1) ?? null;
  const firstAnswer = numbers[0] ?? null;
  return { class: classify(), answer, firstAnswer, reasoning };

  function classify(): ReadingClass {
    if (answer !== null) return "number";
    if (open) return "reasoning_unclosed";
    if (contents.length > 0) return "not_a_number";
    if (reachedLimit) return "truncated";
    return visible.trim() === "" ? "empty" : "no_tag";
  }
}

const reasoningTags = [
  ["<think>", "</think>"],
  ["<thinking>", "</thinking>"],
  ["<reasoning>", "</reasoning>"],
] as const;

/** Parts the reasoning from what the model says; reasoning that is never closed swallows the rest of the text. */
function splitReasoning(text: string): { visible: string; reasoning: string | null; open: boolean } {
  let visible = text;
  const found: string[] = [];
  let isOpen = false;
  for (const [start, end] of reasoningTags) {
    // Some templates open the reasoning in the prompt, so only its end is in the text.
    const close = visible.indexOf(end);
    const opening = visible.indexOf(start);
    if (close >= 0 && (opening < 0 || opening > close)) {
      found.push(visible.slice(0, close));
      visible = visible.slice(close + end.length);
    }
    for (let from = visible.indexOf(start); from >= 0; from = visible.indexOf(start, from)) {
      const to = visible.indexOf(end, from);
      isOpen ||= to < 0;
      found.push(visible.slice(from + start.length, to < 0 ? undefined : to));
      visible = visible.slice(0, from) + (to < 0 ? "" : visible.slice(to + end.length));
    }
  }
  return { visible, reasoning: found.length > 0 ? found.join("\n") : null, open: isOpen };
}

/** What stands between each closing tag and the nearest opening tag before it. */
function closedTags(text: string): string[] {
  const contents: string[] = [];
  let start = 0;
  for (let end = text.indexOf("</answer>"); end >= 0; end = text.indexOf("</answer>", start)) {
    const opened = text.slice(start, end).lastIndexOf("<answer>");
    if (opened >= 0) contents.push(text.slice(start + opened + "<answer>".length, end));
    start = end + "</answer>".length;
  }
  return contents;
}

/** An integer in ASCII digits; U+2212 counts as a minus sign. Beyond 2^53 a number cannot be kept exactly: null. */
export function parseInteger(text: string): number | null {
  const trimmed = text.trim().replace(/^\u2212/, "-");
  if (!/^[+-]?\d+$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return Number.isSafeInteger(value) ? value + 0 : null;
}
