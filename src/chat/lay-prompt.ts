import type { Segment } from "./layout.ts";
import type { AnswerForm, HistoryMessage, OwnAnswer } from "./message.ts";
import { placeOfOwn } from "./own-words.ts";
import type { TokenRuns } from "./token-runs.ts";

/** A conversation as the model sees it, ready to be continued. */
export interface Prompt {
  readonly tokens: readonly number[];
  /** The text behind the last message, what the reply goes on from; and its tokens. */
  readonly generation: string;
  readonly generationTokens: number;
  /** Of the last answer in the history; null: none of the model's own. */
  readonly answerForm: AnswerForm | null;
  /** The whole text, the model's own words as it said them. */
  text(): string;
}

/** Puts a conversation's segments into token ids, the model's own answers as the ids that it generated. */
export function layPrompt(
  segments: readonly Segment[],
  history: readonly HistoryMessage[],
  runs: TokenRuns,
): Prompt {
  const parts = partsOf(segments, history);
  const tokens = runs.start();
  let run: Segment[] = [];
  const flush = (): void => {
    append(tokens, runs.idsOf(run, tokens.length > runs.start().length));
    run = [];
  };
  for (const part of parts) {
    if ("ids" in part) {
      flush();
      append(tokens, part.ids);
    } else run.push(part);
  }
  flush();
  const generation = textOf(segments.slice(segments.findLastIndex(({ slot }) => slot !== null) + 1));
  return {
    tokens,
    generation,
    generationTokens: runs.idsOf([{ text: generation, slot: null }], true).length,
    answerForm: formOfLast(parts, history),
    text: () => textOf(parts),
  };
}

/** Ids that stand for a text which the model itself gave. */
interface OwnPart {
  readonly ids: readonly number[];
  readonly text: string;
  readonly own: OwnAnswer;
  readonly form: AnswerForm;
}

/** The segments, with the model's own words where they stand. */
function partsOf(segments: readonly Segment[], history: readonly HistoryMessage[]): (Segment | OwnPart)[] {
  const parts: (Segment | OwnPart)[] = [];
  let between: Segment[] = [];
  const settle = (): void => {
    parts.push(...withOwn(between, history));
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
function withOwn(region: readonly Segment[], history: readonly HistoryMessage[]): (Segment | OwnPart)[] {
  const own = region.map((segment) => ownOf(segment, history)).find((one) => one !== undefined);
  const place = own === undefined ? null : placeOfOwn(region, own);
  if (own === undefined || own.ids === null || place === null) return region.slice();
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

function formOfLast(
  parts: readonly (Segment | OwnPart)[],
  history: readonly HistoryMessage[],
): AnswerForm | null {
  const last = history.findLast(({ role }) => role === "assistant")?.own;
  if (last === undefined) return null;
  const part = parts.findLast((one) => "ids" in one);
  return part !== undefined && "ids" in part && part.own === last ? part.form : "rewritten";
}

function textOf(pieces: readonly { readonly text: string }[]): string {
  return pieces.map(({ text }) => text).join("");
}

function append(target: number[], source: readonly number[]): void {
  for (const id of source) target.push(id);
}
