import type { Segment } from "./layout.ts";
import type { AnswerForm, HistoryMessage, OwnAnswer } from "./message.ts";
import { placeOfOwn } from "./own-words.ts";
import type { TokenRuns } from "./token-runs.ts";

/** Ids that stand for a text which the model itself gave. */
export interface OwnPart {
  readonly ids: readonly number[];
  readonly text: string;
  readonly own: OwnAnswer;
  readonly form: Exclude<AnswerForm, "rewritten">;
}

/** A piece of a conversation: of the template or of a message as it shows it, or the model's own words. */
export type Part = Segment | OwnPart;

/** A conversation in token ids as far as it is laid: it grows at its end, and the rest of its last run stays open. */
export class LaidPrompt {
  readonly #runs: TokenRuns;
  readonly #tokens: number[];
  #isBegun: boolean;
  /** Not in token ids yet: what comes next may belong to the same token. */
  #open: Segment[];

  constructor(runs: TokenRuns, from: LaidPrompt | null = null) {
    this.#runs = runs;
    this.#tokens = from === null ? runs.start() : from.#tokens.slice();
    this.#isBegun = from === null ? false : from.#isBegun;
    this.#open = from === null ? [] : from.#open.slice();
  }

  add(parts: readonly Part[]): void {
    for (const part of parts) {
      if ("ids" in part) {
        this.#close();
        for (const id of part.ids) this.#tokens.push(id);
        this.#isBegun = true;
      } else this.#extend(part);
    }
  }

  /** All of it. */
  tokens(): number[] {
    this.#close();
    return this.#tokens;
  }

  /** No token reaches over a mark of the template: before one, what is open is whole. */
  #extend(segment: Segment): void {
    const at = segment.slot === null ? this.#runs.firstMark(segment.text) : -1;
    if (at < 0) this.#open.push(segment);
    else {
      if (at > 0) this.#open.push({ text: segment.text.slice(0, at), slot: null });
      this.#close();
      this.#open.push({ text: segment.text.slice(at), slot: null });
    }
  }

  #close(): void {
    if (this.#open.length === 0) return;
    for (const id of this.#runs.idsOf(this.#open, this.#isBegun)) this.#tokens.push(id);
    this.#open = [];
    this.#isBegun = true;
  }
}

/** The segments, with the model's own words where they stand. */
export function withOwnWords(segments: readonly Segment[], history: readonly HistoryMessage[]): Part[] {
  const parts: Part[] = [];
  let between: Segment[] = [];
  const settle = (): void => {
    for (const part of withOwn(between, history)) parts.push(part);
    between = [];
  };
  for (const segment of segments) {
    if (segment.slot === null || ownOf(segment, history) !== undefined) between.push(segment);
    else {
      settle();
      parts.push(segment);
    }
  }
  settle();
  return parts;
}

function ownOf({ slot }: Segment, history: readonly HistoryMessage[]): OwnAnswer | undefined {
  return slot === null ? undefined : history[slot.message]?.own;
}

/** @param region what stands between two messages that are not the model's own */
function withOwn(region: readonly Segment[], history: readonly HistoryMessage[]): readonly Part[] {
  const own = region.map((segment) => ownOf(segment, history)).find((one) => one !== undefined);
  const place = own === undefined ? null : placeOfOwn(region, own);
  if (own === undefined || own.ids === null || place === null) return region;
  const { text, ids } = own;
  const { form, start, end } = place;
  return [...cut(region, 0, start), { text, ids, own, form }, ...cut(region, end, Number.POSITIVE_INFINITY)];
}

/** The characters from `start` to `end` of all segments together. */
function cut(segments: readonly Segment[], start: number, end: number): Segment[] {
  let at = 0;
  return segments.flatMap(({ text, slot }) => {
    const piece = text.slice(Math.max(0, start - at), Math.max(0, end - at));
    at += text.length;
    return piece === "" ? [] : [{ text: piece, slot }];
  });
}

/** How the last answer of a history stands in these parts; null: it is none of the model's own. */
export function formOfLast(parts: readonly Part[], history: readonly HistoryMessage[]): AnswerForm | null {
  const last = history.findLast(({ role }) => role === "assistant")?.own;
  if (last === undefined) return null;
  const part = parts.findLast((one): one is OwnPart => "ids" in one && one.own === last);
  return part?.form ?? "rewritten";
}

export function textOf(pieces: readonly { readonly text: string }[]): string {
  return pieces.map(({ text }) => text).join("");
}
