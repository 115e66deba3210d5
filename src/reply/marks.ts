import { families } from "./families.ts";
import type { Reasoning } from "./reasoning.ts";

/** What a mark tells of the text around it. */
type Meaning = "starts" | "ends" | "wraps" | "turn";

/** A text that is no part of what is said. */
interface Mark {
  readonly text: string;
  readonly meaning: Meaning;
  /** The reasoning that it starts. */
  readonly inside: Inside | null;
}

/** Reasoning that is open. */
export interface Inside {
  readonly ends: MarkSearch;
  /** What closes it for the model. */
  readonly closing: string;
}

/** A mark and where it stands in a text. */
interface FoundMark {
  readonly mark: Mark;
  readonly begin: number;
  /** Where the text goes on. */
  readonly end: number;
}

/** The marks that mean something in a reply. */
export interface Marks {
  readonly outside: MarkSearch;
  /** The reasoning in which a reply begins; null: it begins outside. */
  readonly opened: Inside | null;
}

/** The pairs that most write, whatever else is known. */
const usualPairs = ["think", "thinking", "reasoning"].map((name) => ({
  start: `<${name}>`,
  ends: [`</${name}>`],
  closing: `\n</${name}>\n\n`,
}));

/**
 * Of models of which nothing is known: the marks of any family that nobody writes by chance. What ends them ends nothing
 * by itself: some are the end of a turn elsewhere.
 */
const unmistakable = families.filter(
  ({ start }) => /^[<[◁]/.test(start) && !usualPairs.some((usual) => usual.start === start),
);

/**
 * @param reasoning null: what is usual and what is unmistakable, not opened by the prompt
 * @param turnStarts texts with which another turn begins
 */
export function marksOf(reasoning: Reasoning | null, turnStarts: readonly string[] = []): Marks {
  const known = reasoning === null ? [] : [reasoning];
  // A model may write what is usual besides its own marks.
  const pairs = [...known, ...usualPairs.filter(({ start }) => !known.some((one) => one.start === start))];
  const wraps = known.flatMap(({ wrappers }) => wrappers.flat());
  // Some models begin a new message for their answer as they begin a turn.
  const own = new Set(pairs.flatMap(({ start, ends }) => [start, ...ends]).concat(wraps));
  const outside = turnStarts.filter((text) => !own.has(text.trim())).map((text) => plain(text, "turn"));
  for (const { start, ends, closing } of pairs) {
    outside.push({ text: start, meaning: "starts", inside: insideOf(ends, closing) });
    outside.push(...ends.filter((text) => !wraps.includes(text)).map((text) => plain(text, "ends")));
  }
  for (const { start, ends, closing } of reasoning === null ? unmistakable : [])
    outside.push({ text: start, meaning: "starts", inside: insideOf(ends, closing) });
  outside.push(...wraps.map((text) => plain(text, "wraps")));
  const isOpened = reasoning?.isOpened ?? false;
  return {
    outside: new MarkSearch(outside),
    opened: reasoning !== null && isOpened ? insideOf(reasoning.ends, reasoning.closing) : null,
  };
}

function insideOf(ends: readonly string[], closing: string): Inside {
  return { ends: new MarkSearch(ends.map((text) => plain(text, "ends"))), closing };
}

/** Every text that is a mark or a part of one that may be a token of its own. */
export function markTexts(reasoning: Reasoning): string[] {
  const marks = [reasoning.start, ...reasoning.ends, ...reasoning.wrappers.flat()];
  const parts = [...marks, reasoning.closing].flatMap(markParts);
  return [...new Set([...marks, ...parts])].filter((text) => text !== "");
}

/** What stands in brackets: of a mark the parts that a vocabulary may have as tokens. */
export function markParts(text: string): string[] {
  return text.match(/<[^<>\s][^<>]*>|\[[^[\]]+\]|◁[^◁▷]+▷/gu) ?? [];
}

function plain(text: string, meaning: Meaning): Mark {
  return { text, meaning, inside: null };
}

/** How much further than its own length a mark may reach that has room for more. */
const room = 120;

/**
 * Finds marks in a text that may still grow: a mark counts as soon as its last character is there. So pieces of any size
 * give what the whole text gives.
 */
export class MarkSearch {
  /** As many of a text's last characters as a mark that ends in what comes next may need. */
  readonly reach: number;
  /** By their last character, longest first. */
  readonly #byLast = new Map<string, Pattern[]>();

  constructor(marks: readonly Mark[]) {
    const patterns = marks.filter(({ text }) => text !== "").map(patternOf);
    for (const pattern of patterns.toSorted((a, b) => b.mark.text.length - a.mark.text.length)) {
      const last = pattern.mark.text.slice(-1);
      this.#byLast.set(last, [...(this.#byLast.get(last) ?? []), pattern]);
    }
    const reaches = patterns.map(({ mark, inner }) => mark.text.length + (inner === null ? 0 : room));
    const within = marks.map(({ inside }) => inside?.ends.reach ?? 0);
    this.reach = Math.max(0, ...reaches, ...within);
  }

  /**
   * @param from where to go on: no mark that ends before counts
   * @param floor where the last mark ended: none begins before
   * @returns the mark that ends first, the longest of several
   */
  next(text: string, from: number, floor: number): FoundMark | null {
    for (let at = from; at < text.length; at++) {
      const patterns = this.#byLast.get(text.charAt(at));
      if (patterns === undefined) continue;
      for (const pattern of patterns) {
        const begin = beginOf(pattern, text, at + 1, floor);
        if (begin >= 0) return { mark: pattern.mark, begin, end: at + 1 };
      }
    }
    return null;
  }
}

/**
 * A mark as it is looked for. `inner` is set where it is made of a bracketed name, a word and another bracket: a
 * recipient or a kind of content may stand before the last (`<|channel|>final <|constrain|>json<|message|>`).
 */
interface Pattern {
  readonly mark: Mark;
  readonly head: string;
  readonly tail: string;
  readonly inner: RegExp | null;
}

const innerText = /^(?:\s*to=[^<\s]*)?(?:(?:\s+|\s*<\|constrain\|>)[\w.-]+)?$/;

function patternOf(mark: Mark): Pattern {
  const parts = /^(<\|.*\|>\w+)(<\|\w+\|>)$/s.exec(mark.text);
  const [, head = "", tail = mark.text] = parts ?? [];
  return { mark, head, tail, inner: parts === null ? null : innerText };
}

/** @returns where the pattern begins that ends at `end`, or -1 */
function beginOf({ mark, head, tail, inner }: Pattern, text: string, end: number, floor: number): number {
  const exact = end - mark.text.length;
  if (exact >= floor && text.startsWith(mark.text, exact)) return exact;
  if (inner === null || !text.startsWith(tail, end - tail.length)) return -1;
  const begin = text.lastIndexOf(head, end - tail.length - head.length);
  if (begin < Math.max(floor, exact - room)) return -1;
  return inner.test(text.slice(begin + head.length, end - tail.length)) ? begin : -1;
}
