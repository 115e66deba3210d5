import { z } from "zod";
import { taggedSpans } from "./answer-tags.ts";
import type { Reasoning } from "./reasoning.ts";
import { splitReply } from "./split.ts";

/** What is told of how sure a model was: of the tokens that it chose, or of the likeliest other ones, too. */
export type ConfidenceKind = "chosen" | "top2";

/** How sure a model was of a token, by its own distribution over its whole vocabulary: before temperature, filters and grammar. */
export interface TokenConfidence {
  /** Characters of the text up to this token and with it. */
  readonly end: number;
  /** Of the token that was chosen, in (0, 1]; null: it was put in the model's mouth. */
  readonly probability: number | null;
  /** The natural logarithm of it less that of the likeliest other token: below 0 where another was likelier. Null: not told. */
  readonly gap: number | null;
}

/** How sure a model was of the tokens that hold a reply's answer, and of the one behind them, which ends it. */
export const answerConfidenceSchema = z.object({
  /** The first of them among the reply's tokens, from 0. */
  first: z.int().nonnegative(),
  probabilities: z.array(z.number().gt(0).max(1)).min(1).readonly(),
  /** As in {@link TokenConfidence}; null: not asked for. */
  gaps: z.array(z.number()).min(1).readonly().nullable(),
  /**
   * Among them, from 0, the one that decided: of a wrong number the one where it departs from the right one, else that of
   * which the model was least sure.
   */
  decides: z.int().nonnegative(),
});
export type AnswerConfidence = Readonly<z.infer<typeof answerConfidenceSchema>>;

/**
 * @param tokens of the whole reply; null: not told
 * @param right what a wrong number should have been; null: it is none
 * @returns null where nothing is told, or where no answer can be found outside of reasoning
 */
export function answerConfidence(
  tokens: readonly TokenConfidence[] | null,
  text: string,
  reasoning: Reasoning | null,
  right: string | null,
): AnswerConfidence | null {
  const span = tokens === null ? null : answerSpan(text, reasoning);
  if (tokens === null || span === null) return null;
  const first = tokens.findIndex(({ end }) => end > span.begin);
  const last = tokens.findIndex(({ end }) => end > span.end);
  if (first < 0) return null;
  const held = tokens.slice(first, last < 0 ? undefined : last + 1);
  const probabilities = held.flatMap(({ probability }) => probability ?? []);
  const gaps = held.flatMap(({ gap }) => gap ?? []);
  if (probabilities.length < held.length) return null;
  const departed = right === null ? null : departure(text.slice(span.begin, span.end), right);
  const departs = departed === null ? -1 : held.findIndex(({ end }) => end > span.begin + departed);
  const isWhole = gaps.length === held.length;
  return {
    first,
    probabilities,
    gaps: isWhole ? gaps : null,
    decides: departs >= 0 ? departs : placeOfLeast(isWhole ? gaps : probabilities),
  };
}

/** Where in the text the answer stands that is judged: what the last closed tag outside of reasoning holds that has a digit. */
function answerSpan(text: string, reasoning: Reasoning | null): { begin: number; end: number } | null {
  const { content } = splitReply(text, reasoning);
  const answer = taggedSpans(content)
    .map(({ begin, end }) => content.slice(begin, end))
    .findLast((one) => /\p{Nd}/u.test(one));
  return taggedSpans(text).findLast(({ begin, end }) => text.slice(begin, end) === answer) ?? null;
}

/** How many characters of an answer go before the first that is not as in the right one; null: not in plain digits. */
function departure(answer: string, right: string): number | null {
  const written = answer.trim();
  if (!/^-?\d+$/.test(written)) return null;
  let same = 0;
  while (same < written.length && written[same] === right[same]) same++;
  return answer.length - answer.trimStart().length + same;
}

function placeOfLeast(values: readonly number[]): number {
  return values.indexOf(Math.min(...values));
}
