import { z } from "zod";
import { groupBy } from "../group-by.ts";
import { rateOf } from "../metrics/rate-interval.ts";
import { isMoved } from "../reading/machine-kinds.ts";
import type { RunRows } from "../reading/rows.ts";
import type { DecodeStretch } from "../store/decode-depths.ts";
import { count, interval, measure } from "./run-schema.ts";

export const depthBinSchema = z.object({
  from: count.describe("tokens in the cache, this number included"),
  to: count.describe("not included"),
  depth: measure.describe("the batches' mean"),
  decodeTokensPerSecond: measure.describe("of all conversations together"),
  ...interval,
  conversations: measure.describe("in a decode batch, on average"),
  batches: count,
});

export type DepthBin = z.infer<typeof depthBinSchema>;

const binsAtMost = 8;

/**
 * How fast batches decoded by how many tokens a conversation had in the cache, in bins of one round width for all rows; none
 * of a run that went on on another kind of machine.
 *
 * @param rows runs of one speed setting each, read with their depths
 * @returns beside `rows`; bins without a batch are not there
 */
export function decodeByDepth(rows: readonly (readonly RunRows[])[]): DepthBin[][] {
  const stretches = rows.map((runs) =>
    runs.flatMap(({ run, decodeStretches }) => (isMoved(run) ? [] : (decodeStretches ?? []))),
  );
  const width = widthFor(stretches.flat());
  return stretches.map((own) => {
    const bins = groupBy(own, ({ depth }) => String(Math.floor(depth / width)));
    return [...bins]
      .map(([bin, members]) => binOf(members, Number(bin) * width, width))
      .toSorted((left, right) => left.from - right.from);
  });
}

function binOf(stretches: readonly DecodeStretch[], from: number, width: number): DepthBin {
  const { perSecond, low, high } = rateOf(stretches);
  const batches = sumOf(stretches, ({ batches: own }) => own);
  return {
    from,
    to: from + width,
    depth: sumOf(stretches, (one) => one.depth * one.batches) / batches,
    decodeTokensPerSecond: perSecond,
    low,
    high,
    // Each conversation gets one token from a decode batch.
    conversations: sumOf(stretches, ({ tokens }) => tokens) / batches,
    batches,
  };
}

/** The least of 10, 20, 50, 100 and so on with which they fit into the bins. */
function widthFor(stretches: readonly DecodeStretch[]): number {
  const least = stretches.reduce((lowest, { depth }) => Math.min(lowest, depth), Number.POSITIVE_INFINITY);
  const most = stretches.reduce((highest, { depth }) => Math.max(highest, depth), 0);
  const fits = (width: number): boolean => Math.floor(most / width) - Math.floor(least / width) < binsAtMost;
  for (let power = 10; ; power *= 10) {
    const width = [1, 2, 5].map((part) => part * power).find(fits);
    if (width !== undefined) return width;
  }
}

function sumOf(stretches: readonly DecodeStretch[], valueOf: (one: DecodeStretch) => number): number {
  return stretches.reduce((sum, one) => sum + valueOf(one), 0);
}
