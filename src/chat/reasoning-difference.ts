import type { Reasoning } from "../reply/reasoning.ts";
import { areCounterparts, commonEnd, firstUnit, lastUnit, mirrored } from "./mark-units.ts";

/** What a template makes of one conversation. Null: it raises. */
export interface Sample {
  /** A whole prompt. */
  readonly whole: string | null;
  /** One without instructions. */
  readonly alone: string | null;
  // From here on, what stands behind the user's text.
  /** Where the model is to answer. */
  readonly prompt: string | null;
  /** With an answer. */
  readonly plain: string | null;
  /** With an answer that has reasoning. */
  readonly reasoned: string | null;
}

/** The texts by which a sample's answer and reasoning are found again. */
export const answerText = "Q8answerQ8";
export const thoughtText = "Q7thoughtQ7";

/** Marks of reasoning; no end where only its beginning could be told. */
export type FoundMarks = Pick<Reasoning, "start" | "ends" | "closing" | "wrappers">;

/**
 * Finds the marks of reasoning by what a template does differently: with an answer's reasoning and without, asked to
 * reason and not to.
 *
 * @returns null where it does nothing differently, or not in a way that shows marks
 */
export function differingMarks(on: Sample, off: Sample): FoundMarks | null {
  return shownMarks(on, off) ?? shownMarks(off, on) ?? promptedMarks(on, off);
}

/** From an answer whose reasoning the template shows. */
function shownMarks(sample: Sample, other: Sample): FoundMarks | null {
  const { reasoned } = sample;
  if (reasoned === null) return null;
  const at = reasoned.indexOf(thoughtText);
  const answer = reasoned.indexOf(answerText, at);
  if (at < 0 || answer < 0) return null;
  const closing = reasoned.slice(at + thoughtText.length, answer);
  const end = firstMark(closing.trim());
  if (end === "") return null;
  const header = headerEnd(reasoned.slice(0, at), sample, other);
  const opening = reasoned.slice(header, at).trim();
  const last = lastUnit(reasoned.slice(0, at).trimEnd());
  const start = opening === "" && last !== null && areCounterparts(last, end) ? last : opening;
  const opens = closing.trim().slice(end.length).trim();
  const after = reasoned.slice(answer + answerText.length).trim();
  return { start, ends: [end], closing, wrappers: wrappersOf(reasoned.slice(0, header), opens, after) };
}

/** How far the text before the reasoning is what stands before any answer: where the model goes on by itself. */
function headerEnd(before: string, sample: Sample, other: Sample): number {
  const own = [sample.prompt, sample.plain].filter((text) => text !== null);
  const ends = own.map((text) => commonEnd(before, text));
  const across = other.prompt === null ? 0 : commonEnd(before, other.prompt);
  // The other mode may say something else right behind the user's text.
  if (before.slice(0, across).trim() !== "") ends.push(across);
  return Math.min(before.length, ...ends);
}

/** The marks around the answer: those between the end of reasoning and it, and the one behind it. */
function wrappersOf(header: string, opens: string, after: string): FoundMarks["wrappers"] {
  if (opens === "") return [];
  const close = firstUnit(after) ?? "";
  // A new message of the model's: its beginning may stand without the rest, and the prompt ends with it too.
  for (let length = opens.length - 1; length > 0; length--) {
    const head = opens.slice(0, length);
    if (header.trimEnd().endsWith(head))
      return [
        [head, ""],
        [opens.slice(length).trim(), close],
      ];
  }
  return [[opens, close]];
}

/** From the prompt's end: marks that stand there in one mode only. */
function promptedMarks(on: Sample, off: Sample): FoundMarks | null {
  if (on.prompt === null || off.prompt === null || on.prompt === off.prompt) return null;
  const shared = commonEnd(on.prompt, off.prompt);
  const onRest = on.prompt.slice(shared).trim();
  const offRest = off.prompt.slice(shared).trim();
  const before = on.prompt.slice(0, shared).trimEnd();
  const pair = onRest === "" ? closedPair(before, offRest) : openedPair(onRest, offRest);
  if (pair === null) return null;
  const [start, end] = pair;
  const opens = answerOpening(on, before, pair);
  return {
    start,
    ends: [end],
    closing: (closingIn(off.prompt, pair) ?? closingAfter(on.prompt, pair)) + opens,
    wrappers: opens === "" ? [] : [[opens, firstUnit(behindAnswer(on)) ?? ""]],
  };
}

type Pair = readonly [start: string, end: string];

/** Asked not to reason, the prompt goes on with a whole pair, or with the end of what it always opens. */
function closedPair(before: string, rest: string): Pair | null {
  const end = lastUnit(rest);
  if (end === null) return null;
  const opening = rest.slice(0, -end.length).trim();
  const start = opening === "" ? lastUnit(before) : opening;
  return start !== null && (opening !== "" || areCounterparts(start, end)) ? [start, end] : null;
}

/** Asked to reason, the prompt opens it; asked not to, it ends it or says nothing. */
function openedPair(start: string, rest: string): Pair | null {
  if (lastUnit(start) !== start) return null;
  const end = rest === "" ? mirrored(start) : rest;
  return end !== null && lastUnit(end) === end && areCounterparts(start, end) ? [start, end] : null;
}

/**
 * The white space around an end is that of the prompt; a tag on a line of its own has an empty one behind it. Null: the
 * prompt does not end reasoning.
 */
function closingIn(prompt: string, [start, end]: Pair): string | null {
  const at = prompt.lastIndexOf(end);
  if (at < 0) return null;
  const isOnLine = prompt.slice(0, at).endsWith("\n") && mirrored(start) === end;
  const behind = prompt.slice(at + end.length);
  return (isOnLine ? "\n" : "") + end + (isOnLine && behind === "" ? "\n\n" : behind);
}

/** As the prompt opened it: a tag on a line of its own is ended by another. */
function closingAfter(prompt: string, [start, end]: Pair): string {
  const isOnLine = prompt.slice(prompt.lastIndexOf(start) + start.length).startsWith("\n");
  return isOnLine ? `\n${end}\n\n` : end;
}

/** What stands before an answer besides its header and empty reasoning. */
function answerOpening(sample: Sample, header: string, [start, end]: Pair): string {
  const { plain } = sample;
  const at = plain?.indexOf(answerText) ?? -1;
  if (plain === null || at < 0 || !plain.startsWith(header)) return "";
  const rest = plain.slice(header.length, at).replace(start, "").replace(end, "").trim();
  return firstUnit(rest) === null ? "" : rest;
}

function behindAnswer({ plain }: Sample): string {
  return plain === null ? "" : plain.slice(plain.indexOf(answerText) + answerText.length).trim();
}

function firstMark(text: string): string {
  return firstUnit(text) ?? text;
}
