import { pooledPercentiles } from "./percentile.ts";

/** What the engine timed, summed over turns. Null: some turn does not tell it. */
export interface TimingTotals {
  readonly promptTokens: number | null;
  readonly reusedTokens: number | null;
  readonly prefilledTokens: number | null;
  readonly decodedTokens: number | null;
  /** Tokens after each turn's first. */
  readonly laterTokens: number | null;
  readonly ttftMs: number | null;
  readonly decodeMs: number | null;
}

/** Raw times in milliseconds, for percentiles, a list for each run. */
export interface TimingSamples {
  readonly ttftMs: readonly ArrayLike<number>[];
  readonly interTokenMs: readonly ArrayLike<number>[];
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
  readonly prefillTokens: number | null;
  readonly reusedTokens: number | null;
  readonly decodeTokens: number | null;
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

/**
 * @param timed those of the turns whose decode times count
 * @param prefixTokens of the reused tokens, those at turn 1 that were the prefix shared by all rollouts; null: not known
 * @param samples of the turns that tell them
 */
export function conversationSpeed(
  totals: readonly TimingTotals[],
  timed: readonly TimingTotals[],
  prefixTokens: number | null,
  samples: TimingSamples,
): ConversationSpeed {
  const [prompt, reused] = [knownSum(totals, "promptTokens"), knownSum(totals, "reusedTokens")];
  const prefilled = knownSum(totals, "prefilledTokens");
  return {
    prefillTokensPerSecond: perSecond(prefilled, knownSum(totals, "ttftMs")),
    decodeTokensPerSecond: perSecond(knownSum(timed, "laterTokens"), knownSum(timed, "decodeMs")),
    ttftMs: middleAndTail(samples.ttftMs),
    interTokenMs: middleAndTail(samples.interTokenMs),
    prefillTokens: prefilled,
    reusedTokens: reused,
    decodeTokens: knownSum(totals, "decodedTokens"),
    reuseShare: {
      withPrefix: shareOf(reused, prompt),
      withoutPrefix: shareOf(less(reused, prefixTokens), less(prompt, prefixTokens)),
    },
  };
}

/** Null where one is: a sum without it would be another one. */
export function knownSum<Name extends string>(
  rows: readonly Readonly<Record<Name, number | null>>[],
  name: Name,
): number | null {
  let sum = 0;
  for (const { [name]: value } of rows) {
    if (value === null) return null;
    sum += value;
  }
  return sum;
}

function less(whole: number | null, part: number | null): number | null {
  return whole === null || part === null ? null : whole - part;
}

function middleAndTail(samples: readonly ArrayLike<number>[]): Percentiles {
  const [p50 = null, p95 = null] = pooledPercentiles(samples, [50, 95]);
  return { p50, p95 };
}

function perSecond(tokens: number | null, ms: number | null): number | null {
  return tokens !== null && ms !== null && tokens > 0 && ms > 0 ? (tokens * 1000) / ms : null;
}

function shareOf(part: number | null, whole: number | null): number | null {
  return part !== null && whole !== null && whole > 0 ? part / whole : null;
}
