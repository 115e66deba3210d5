import { studentQuantile } from "./distributions.ts";

/** Successive native decode calls, summed. */
export interface RateBlock {
  readonly batches: number;
  readonly ms: number;
  readonly tokens: number;
}

/** Tokens per second with a 95 % interval; null: nothing was timed, or an end is not known. */
export interface Rate {
  readonly perSecond: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

const blocksAtLeast = 5;
/** With more blocks the interval is hardly narrower, with fewer successive ones depend less on each other. */
const blocksAtMost = 20;
/** Shorter blocks depend too much on their neighbours, so they are put together while enough are left. */
const batchesOfBlock = 16;
/** Below this many no interval is told. */
const batchesOfShortBlock = 4;

/**
 * Sum of tokens over sum of times, with an interval by batch means (Schmeiser 1982, Operations Research 30, 556-568):
 * successive batches are slow and fast together, sums of blocks of them hardly are. Milliseconds a token are a ratio q
 * of such sums, so its variance is that of the residuals ms - q tokens (Cochran 1977, Sampling Techniques, 6.4), with
 * Student's t of one degree of freedom fewer than blocks. The ends are turned over into tokens per second.
 *
 * It is of the time that was measured: of another hour, when the machine does something else, it says nothing. What
 * changes with the depth of the conversations widens it. How often it holds: bench/statistics/results/rate-coverage.md.
 *
 * @param blocks in the order of time. No interval with fewer than five blocks of four batches, or where a few blocks hold
 *   nearly all tokens
 */
export function rateOf(blocks: readonly RateBlock[]): Rate {
  const [ms, tokens] = [sumOf(blocks, "ms"), sumOf(blocks, "tokens")];
  if (!(ms > 0 && tokens > 0)) return { perSecond: null, low: null, high: null };
  const perSecond = (1000 * tokens) / ms;
  const halfWidth = halfWidthOf(lengthened(blocks), ms / tokens);
  if (halfWidth === null) return { perSecond, low: null, high: null };
  const least = ms / tokens - halfWidth;
  return { perSecond, low: 1000 / (ms / tokens + halfWidth), high: least > 0 ? 1000 / least : null };
}

/** @param q milliseconds a token @returns of q; null: too little to tell */
function halfWidthOf(blocks: readonly RateBlock[], q: number): number | null {
  const tokens = sumOf(blocks, "tokens");
  const squares = blocks.reduce((sum, block) => sum + block.tokens ** 2, 0);
  // As many blocks of one size would tell as much.
  const isEnough = tokens ** 2 / squares >= blocksAtLeast - 1 && blocks.length >= blocksAtLeast;
  if (!isEnough || sumOf(blocks, "batches") < batchesOfShortBlock * blocks.length) return null;
  const residuals = blocks.reduce((sum, block) => sum + (block.ms - q * block.tokens) ** 2, 0);
  const variance = (residuals * blocks.length) / (blocks.length - 1) / tokens ** 2;
  return studentQuantile(0.975, blocks.length - 1) * Math.sqrt(variance);
}

/** Neighbours put together until blocks are few and long, or as few as can be. */
function lengthened(blocks: readonly RateBlock[]): readonly RateBlock[] {
  let longer = blocks;
  const isShort = (): boolean => sumOf(longer, "batches") < batchesOfBlock * longer.length;
  while (longer.length >= 2 * blocksAtLeast && (longer.length > blocksAtMost || isShort()))
    longer = pairedUp(longer);
  return longer;
}

function pairedUp(blocks: readonly RateBlock[]): RateBlock[] {
  return Array.from({ length: Math.floor(blocks.length / 2) }, (_, index) => {
    // The last one of an odd number goes with the last two.
    const isLast = index === Math.floor(blocks.length / 2) - 1;
    const part = blocks.slice(2 * index, isLast ? undefined : 2 * index + 2);
    return { batches: sumOf(part, "batches"), ms: sumOf(part, "ms"), tokens: sumOf(part, "tokens") };
  });
}

function sumOf(blocks: readonly RateBlock[], name: keyof RateBlock): number {
  return blocks.reduce((sum, block) => sum + block[name], 0);
}
