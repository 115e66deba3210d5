import { type Rate, rateOf } from "./rate-interval.ts";

/** Successive native decode calls of one kind, summed. */
export interface BatchTotals {
  readonly batches: number;
  readonly ms: number;
  readonly prefillTokens: number;
  readonly decodeTokens: number;
  /** How many conversations each held, summed. */
  readonly conversations: number;
  /** What kept them from their usual speed; null: nothing that was seen. */
  readonly mark: "busy" | "slept" | null;
  /**
   * Of the batches that tell both, and in which threads wait for little else than a core: durations times the threads
   * that can run, and CPU time.
   */
  readonly threadMs: number;
  readonly cpuMs: number;
}

/** What all conversations together got through, without marked batches. Rates are unknown where there was nothing to time. */
export interface AggregateSpeed {
  readonly prefill: Rate;
  readonly decode: Rate;
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
 * @param totals of the run's own batches, those of a kind in the order of time: warm-up and the shared prefix are phases
 *   of their own and never count, nor does the time between batches
 */
export function aggregateSpeed(totals: readonly BatchTotals[]): AggregateSpeed {
  const clear = totals.filter(({ mark }) => mark === null);
  const mixed = clear.filter(isMixed);
  const decoding = totals.filter(showsDecodeRate);
  return {
    prefill: rateOfKind(clear, "prefillTokens"),
    decode: rateOfKind(clear, "decodeTokens"),
    conversations: shareOf(sumOf(decoding, "conversations"), sumOf(decoding, "batches")),
    mixedBatches: sumOf(mixed, "batches"),
    mixedTimeShare: shareOf(sumOf(mixed, "ms"), sumOf(clear, "ms")),
  };
}

/** Whether a batch, or several alike, counts in the decode rate of all together: decode alone, and nothing held it up. */
export function showsDecodeRate(
  totals: Pick<BatchTotals, "mark" | "prefillTokens" | "decodeTokens">,
): boolean {
  return totals.mark === null && totals.prefillTokens === 0 && totals.decodeTokens > 0;
}

/** How much of the batches' time was not as usual. Null: there are no batches, or they do not tell. */
export interface Disturbance {
  /** Shares of the batches' time in which a core was taken by somebody else, and over which the machine slept. */
  readonly busyTimeShare: number | null;
  readonly sleptTimeShare: number | null;
  /** Rates with those batches. */
  readonly prefillTokensPerSecond: number | null;
  readonly decodeTokensPerSecond: number | null;
}

/** @param totals as for {@link aggregateSpeed} */
export function disturbanceOf(totals: readonly BatchTotals[]): Disturbance {
  const shareOfMark = (wanted: BatchTotals["mark"]): number | null =>
    shareOf(
      sumOf(
        totals.filter(({ mark }) => mark === wanted),
        "ms",
      ),
      sumOf(totals, "ms"),
    );
  return {
    busyTimeShare: shareOfMark("busy"),
    sleptTimeShare: shareOfMark("slept"),
    prefillTokensPerSecond: rateOfKind(totals, "prefillTokens").perSecond,
    decodeTokensPerSecond: rateOfKind(totals, "decodeTokens").perSecond,
  };
}

/**
 * Of unmarked batches, CPU time over duration times threads. Well below 1, the threads were without a core: others had
 * it, or they waited for the disk. Sampling runs on one thread while the others wait, so that on many cores batches of
 * many conversations have a low share of themselves: only batches that are long for their conversations count.
 *
 * @param totals of any phases
 * @returns null: no batch tells it
 */
export function cpuShareOf(totals: readonly BatchTotals[]): number | null {
  const clear = totals.filter(({ mark }) => mark === null);
  return shareOf(sumOf(clear, "cpuMs"), sumOf(clear, "threadMs"));
}

function rateOfKind(totals: readonly BatchTotals[], kind: "prefillTokens" | "decodeTokens"): Rate {
  const ofKind = totals.filter((total) => !isMixed(total) && total[kind] > 0);
  return rateOf(ofKind.map(({ batches, ms, [kind]: tokens }) => ({ batches, ms, tokens })));
}

function isMixed({ prefillTokens, decodeTokens }: BatchTotals): boolean {
  return prefillTokens > 0 && decodeTokens > 0;
}

function sumOf<Name extends string>(rows: readonly Readonly<Record<Name, number>>[], name: Name): number {
  return rows.reduce((sum, row) => sum + row[name], 0);
}

function shareOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
