import { percentiles } from "./percentile.ts";

/** Native decode calls of one kind, summed. */
export interface BatchTotals {
  readonly batches: number;
  readonly ms: number;
  readonly prefillTokens: number;
  readonly decodeTokens: number;
  /** How many conversations each held, summed. */
  readonly conversations: number;
}

/** What all conversations together got through. Rates are null where there was nothing to time. */
export interface AggregateSpeed {
  readonly prefillTokensPerSecond: number | null;
  readonly decodeTokensPerSecond: number | null;
  /** Conversations in a decode batch, on average: speeds of batches of different sizes cannot be compared. */
  readonly conversations: number | null;
  /** Batches of the run that held both kinds, which count in neither rate, and their share of the batches' time. */
  readonly mixedBatches: number;
  readonly mixedTimeShare: number | null;
}

/**
 * Tokens per second of engine time: tokens of the batches that held only prefill (only decode) over the sum of those
 * batches' durations.
 *
 * @param totals of the run's own batches by kind: warm-up and the shared prefix are phases of their own and never
 *   count, nor does the time between batches
 */
export function aggregateSpeed(totals: readonly BatchTotals[]): AggregateSpeed {
  const isMixed = ({ prefillTokens, decodeTokens }: BatchTotals): boolean =>
    prefillTokens > 0 && decodeTokens > 0;
  const mixed = totals.filter(isMixed);
  const pure = totals.filter((total) => !isMixed(total));
  const decoding = pure.filter(({ decodeTokens }) => decodeTokens > 0);
  const rateOf = (kind: "prefillTokens" | "decodeTokens"): number | null => {
    const ofKind = pure.filter((total) => total[kind] > 0);
    return perSecond(sumOf(ofKind, kind), sumOf(ofKind, "ms"));
  };
  return {
    prefillTokensPerSecond: rateOf("prefillTokens"),
    decodeTokensPerSecond: rateOf("decodeTokens"),
    conversations: shareOf(sumOf(decoding, "conversations"), sumOf(decoding, "batches")),
    mixedBatches: sumOf(mixed, "batches"),
    mixedTimeShare: shareOf(sumOf(mixed, "ms"), sumOf(totals, "ms")),
  };
}

/** What the engine timed, summed over turns. */
export interface TimingTotals {
  readonly promptTokens: number;
  readonly reusedTokens: number;
  readonly prefilledTokens: number;
  readonly decodedTokens: number;
  /** Tokens after each turn's first. */
  readonly laterTokens: number;
  readonly ttftMs: number;
  readonly decodeMs: number;
}

/** Raw times in milliseconds, for percentiles. */
export interface TimingSamples {
  readonly ttftMs: readonly number[];
  readonly interTokenMs: readonly number[];
}

export interface Percentiles {
  readonly p50: number | null;
  readonly p95: number | null;
}

/** What one conversation sees, over all turns. */
export interface ConversationSpeed {
  /** Sum of tokens prefilled over the sum of times to the first token, waiting for the others in the wave included. */
  readonly prefillTokensPerSecond: number | null;
  /** Sum of tokens after the first over the sum of decode times. */
  readonly decodeTokensPerSecond: number | null;
  /** Percentiles of all turns' raw times. */
  readonly ttftMs: Percentiles;
  readonly interTokenMs: Percentiles;
  readonly prefillTokens: number;
  readonly reusedTokens: number;
  readonly decodeTokens: number;
  readonly reuseShare: ReuseShare;
}

/**
 * Share of the tokens in the cache when an answer begins that did not have to be evaluated for that turn: sum of reused
 * over sum of reused + prefilled.
 */
export interface ReuseShare {
  /** At turn 1 the prefix that all rollouts share counts as reused, though its evaluation is an event of the run. */
  readonly withPrefix: number | null;
  /** At turn 1 the shared prefix counts in neither sum, so that only what a conversation kept of itself is left. */
  readonly withoutPrefix: number | null;
}

/** @param prefixTokens of the reused tokens, those at turn 1 that were the prefix shared by all rollouts */
export function conversationSpeed(
  totals: readonly TimingTotals[],
  prefixTokens: number,
  samples: TimingSamples,
): ConversationSpeed {
  const [prompt, reused] = [sumOf(totals, "promptTokens"), sumOf(totals, "reusedTokens")];
  const prefilled = sumOf(totals, "prefilledTokens");
  return {
    prefillTokensPerSecond: perSecond(prefilled, sumOf(totals, "ttftMs")),
    decodeTokensPerSecond: perSecond(sumOf(totals, "laterTokens"), sumOf(totals, "decodeMs")),
    ttftMs: middleAndTail(samples.ttftMs),
    interTokenMs: middleAndTail(samples.interTokenMs),
    prefillTokens: prefilled,
    reusedTokens: reused,
    decodeTokens: sumOf(totals, "decodedTokens"),
    reuseShare: {
      withPrefix: shareOf(reused, prompt),
      withoutPrefix: shareOf(reused - prefixTokens, prompt - prefixTokens),
    },
  };
}

function sumOf<Name extends string>(rows: readonly Readonly<Record<Name, number>>[], name: Name): number {
  return rows.reduce((sum, row) => sum + row[name], 0);
}

function middleAndTail(samples: readonly number[]): Percentiles {
  const [p50 = null, p95 = null] = percentiles(samples, [50, 95]);
  return { p50, p95 };
}

function perSecond(tokens: number, ms: number): number | null {
  return tokens > 0 && ms > 0 ? (tokens * 1000) / ms : null;
}

function shareOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
