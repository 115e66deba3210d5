import { percentiles } from "./percentile.ts";

/** One native decode call; times in milliseconds on one clock. */
export interface BatchTiming {
  readonly phase: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly prefillTokens: number;
  readonly decodeTokens: number;
}

/** What all conversations together got through. Rates are null where there was nothing to time. */
export interface AggregateSpeed {
  readonly prefillTokensPerSecond: number | null;
  readonly decodeTokensPerSecond: number | null;
  /** Batches of the run that held both kinds, which count in neither rate, and their share of the batches' time. */
  readonly mixedBatches: number;
  readonly mixedTimeShare: number | null;
}

/**
 * Tokens per second of engine time, over the batches of phase `run`: tokens of the batches that held only prefill
 * (only decode) over the sum of those batches' durations. Warm-up and the shared prefix are phases of their own and
 * never count, nor does the time between batches.
 */
export function aggregateSpeed(batches: Iterable<BatchTiming>): AggregateSpeed {
  const prefill = { tokens: 0, ms: 0 };
  const decode = { tokens: 0, ms: 0 };
  let mixedBatches = 0;
  let mixedMs = 0;
  for (const { phase, startMs, endMs, prefillTokens, decodeTokens } of batches) {
    if (phase !== "run") continue;
    if (prefillTokens > 0 && decodeTokens > 0) {
      mixedBatches += 1;
      mixedMs += endMs - startMs;
      continue;
    }
    const kind = prefillTokens > 0 ? prefill : decode;
    kind.tokens += prefillTokens + decodeTokens;
    kind.ms += endMs - startMs;
  }
  return {
    prefillTokensPerSecond: perSecond(prefill.tokens, prefill.ms),
    decodeTokensPerSecond: perSecond(decode.tokens, decode.ms),
    mixedBatches,
    mixedTimeShare: shareOf(mixedMs, mixedMs + prefill.ms + decode.ms),
  };
}

/** One turn as the engine timed it. */
export interface ConversationTiming {
  readonly turn: number;
  readonly promptTokens: number;
  readonly reusedTokens: number;
  readonly prefilledTokens: number;
  readonly decodedTokens: number;
  readonly ttftMs: number;
  readonly decodeMs: number;
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
 * Which share of the tokens in the cache when an answer begins had not to be evaluated for that turn: sum of reused
 * over sum of reused + prefilled.
 */
export interface ReuseShare {
  /** At turn 1 the prefix that all rollouts share counts as reused, though its evaluation is an event of the run. */
  readonly withPrefix: number | null;
  /** At turn 1 the shared prefix counts in neither sum, so that only what a conversation kept of itself is left. */
  readonly withoutPrefix: number | null;
}

/** @param prefixTokens tokens of the prefix that was evaluated once for all rollouts; 0 when nothing was shared */
export function conversationSpeed(
  turns: Iterable<ConversationTiming>,
  prefixTokens: number,
): ConversationSpeed {
  const sum = { prompt: 0, reused: 0, prefilled: 0, decoded: 0, prefix: 0, later: 0, ttftMs: 0, decodeMs: 0 };
  const ttftMs: number[] = [];
  const interTokenMs: number[] = [];
  for (const turn of turns) {
    sum.prompt += turn.promptTokens;
    sum.reused += turn.reusedTokens;
    sum.prefilled += turn.prefilledTokens;
    sum.decoded += turn.decodedTokens;
    sum.later += Math.max(0, turn.decodedTokens - 1);
    sum.ttftMs += turn.ttftMs;
    sum.decodeMs += turn.decodeMs;
    if (turn.turn === 1) sum.prefix += Math.min(prefixTokens, turn.reusedTokens);
    ttftMs.push(turn.ttftMs);
    for (const ms of turn.interTokenMs) interTokenMs.push(ms);
  }
  return {
    prefillTokensPerSecond: perSecond(sum.prefilled, sum.ttftMs),
    decodeTokensPerSecond: perSecond(sum.later, sum.decodeMs),
    ttftMs: middleAndTail(ttftMs),
    interTokenMs: middleAndTail(interTokenMs),
    prefillTokens: sum.prefilled,
    reusedTokens: sum.reused,
    decodeTokens: sum.decoded,
    reuseShare: {
      withPrefix: shareOf(sum.reused, sum.prompt),
      withoutPrefix: shareOf(sum.reused - sum.prefix, sum.prompt - sum.prefix),
    },
  };
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
