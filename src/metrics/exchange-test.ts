import { normalTwoSided } from "./distributions.ts";
import { type Deal, type Exchange, mirrored, varianceOf } from "./exchange.ts";
import { Random } from "../random.ts";

export interface ExchangeTest {
  readonly method: "exact" | "permutation" | "normal";
  /**
   * The deviation in standard deviations over all relabellings; null where every relabelling was counted, which needs
   * none.
   */
  readonly z: number | null;
  readonly pValue: number;
}

/** Up to so many relabellings all are counted. */
const mostCounted = 2 ** 14;

/** Draws, the data themselves counted as one of them: their inverse is the smallest p-value that they can give. */
const usualDraws = 10_000;

/**
 * Where none of them lies as far out as the data, they are doubled, or more: p times comparisons shall get below
 * this.
 */
const finest = 0.01;

/** No more is drawn once so many lie as far out: p is known well enough. */
const enoughHits = 400;

/** Deals of more labels than this are left to the normal approximation, if they are even and errors are many. */
const mostDealt = 2000;
const manyErrors = 100;

/** Two numbers nearer than this are a tie that rounding spoiled. */
const tie = 1e-9;

/**
 * How far out a deviation lies among all that relabelling can give: twice the share of relabellings that lie at least
 * as far out on its side. (Where either sample has as many labels the two sides mirror each other, and this is the
 * share on both. Where it has not, late errors weigh more than early ones, and counting by distance alone would
 * hardly ever find the smaller sample behind.)
 *
 * Up to 2^14 relabellings are all counted. Else they are drawn, from a seed that is made of the scores: p = (1 +
 * hits) / (1 + draws), which is a valid p-value also where drawing ends with the 400th hit (Besag and Clifford 1991).
 * Where p is known to be no more than all draws without a hit would give (Hoeffding's bound), it is that, and none is drawn.
 * Only where more than 2,000 labels would have to be dealt among twice as many scores, whose sum is then normal, the
 * normal approximation stands for the draws.
 *
 * The answer is the same, to the last bit, for the mirrored exchange.
 *
 * @param comparisons how many tests are looked at together
 */
export function testExchange(exchange: Exchange, comparisons: number): ExchangeTest {
  if (Math.abs(exchange.excess) <= tie) return { method: "exact", z: null, pValue: 1 };
  const seen = exchange.excess < 0 ? mirrored(exchange) : exchange;
  const z = exchange.excess / (seen.widening * Math.sqrt(varianceOf(seen)));
  if (waysOf(seen) <= mostCounted) return { method: "exact", z: null, pValue: countedShare(seen) };
  const isLarge = seen.deals.reduce((sum, deal) => sum + dealt(deal), 0) > mostDealt;
  if (isLarge && isEven(seen) && seen.errors >= manyErrors)
    return { method: "normal", z, pValue: normalTwoSided(z) };
  return { method: "permutation", z, pValue: drawnShare(seen, comparisons) };
}

/** Whether relabelling can move the deviation as far to one side as to the other. */
function isEven({ deals }: Exchange): boolean {
  return deals.every(({ scores, labels }) => 2 * labels === scores.length);
}

/** The fewer labels of a deal, which are the ones to deal. */
function dealt({ scores, labels }: Deal): number {
  return Math.min(labels, scores.length - labels);
}

/** How many relabellings there are, or any number above the limit. */
function waysOf(exchange: Exchange): number {
  let ways = 2 ** exchange.swaps.length;
  for (const deal of exchange.deals)
    for (let label = 0; label < dealt(deal) && ways <= mostCounted; label++)
      ways *= (deal.scores.length - label) / (dealt(deal) - label);
  // No factor is below 2, so that a product above the limit stays there.
  return Math.round(ways);
}

/** What a relabelling has to reach. */
function limitOf({ excess, widening }: Exchange): number {
  return excess / widening - tie;
}

function countedShare(exchange: Exchange): number {
  const { swaps, deals } = exchange;
  const limit = limitOf(exchange);
  let sums = [0];
  for (const swap of swaps) sums = sums.flatMap((sum) => [sum + swap, sum - swap]);
  for (const deal of deals) {
    const parts = dealtSums(deal);
    sums = sums.flatMap((sum) => parts.map((part) => sum + part));
  }
  return Math.min(1, (2 * sums.filter((sum) => sum >= limit).length) / sums.length);
}

/** The first sample's sum under every way to deal its labels. */
function dealtSums(deal: Deal): number[] {
  const size = dealt(deal);
  const sums: number[][] = Array.from({ length: size + 1 }, (_, chosen) => (chosen === 0 ? [0] : []));
  for (const score of deal.scores)
    for (let chosen = size; chosen > 0; chosen--)
      for (const sum of sums[chosen - 1] ?? []) sums[chosen]?.push(sum + score);
  const sign = size === deal.labels ? 1 : -1;
  return (sums[size] ?? []).map((sum) => sign * sum);
}

function drawnShare(exchange: Exchange, comparisons: number): number {
  const { swaps, deals } = exchange;
  const mostDraws = Math.max(2 * usualDraws, 1 + Math.floor(comparisons / finest));
  if (2 * farthestChance(exchange) <= 1 / mostDraws) return 1 / mostDraws;
  const scale = varianceOf(exchange).toPrecision(12);
  const random = new Random("exchange", swaps.length, ...deals.map(({ labels }) => labels), scale);
  const draws = [swapDraw(swaps, random), ...deals.map((deal) => dealDraw(deal, random))];
  const limit = limitOf(exchange);
  // A draw of an even exchange stands for its mirror image, too.
  const isMirrored = isEven(exchange);
  const weight = isMirrored ? 1 : 2;
  let hits = 0;
  let drawn = 1;
  const drawUpTo = (count: number): void => {
    for (; drawn < weight * count && weight * hits < enoughHits; drawn++) {
      let sum = 0;
      for (const draw of draws) sum += draw();
      if (sum >= limit || (isMirrored && sum <= -limit)) hits++;
    }
  };
  drawUpTo(usualDraws);
  if (hits === 0) drawUpTo(mostDraws);
  return Math.min(1, (weight * (1 + hits)) / drawn);
}

/**
 * The chance that a draw comes as far out on one side is no more than this: of signs, and of labels dealt without putting
 * back, which spread no more than with it (Hoeffding 1963, theorems 2 and 4).
 */
function farthestChance(exchange: Exchange): number {
  const { swaps, deals } = exchange;
  let spread = 0;
  for (const swap of swaps) spread += swap * swap;
  for (const deal of deals) {
    let [least, most] = [0, 0];
    for (const score of deal.scores) [least, most] = [Math.min(least, score), Math.max(most, score)];
    spread += (dealt(deal) * (most - least) ** 2) / 4;
  }
  const limit = limitOf(exchange);
  return limit > 0 ? Math.exp((-limit * limit) / (2 * spread)) : 1;
}

/** Sums of the swaps with drawn signs, eight at a time from a table of all that their signs can give. */
function swapDraw(swaps: Float64Array, random: Random): () => number {
  const bytes = Math.ceil(swaps.length / 8);
  const table = new Float64Array(256 * bytes);
  for (let byte = 0; byte < bytes; byte++)
    for (let signs = 0; signs < 256; signs++)
      for (let bit = 0; bit < 8; bit++) {
        const swap = swaps[8 * byte + bit] ?? 0;
        const at = 256 * byte + signs;
        table[at] = (table[at] ?? 0) + ((signs >> bit) & 1 ? swap : -swap);
      }
  return () => {
    let sum = 0;
    let bits = 0;
    for (let byte = 0; byte < bytes; byte++) {
      bits = byte % 4 === 0 ? random.uint32() : bits >>> 8;
      sum += table[256 * byte + (bits & 255)] ?? 0;
    }
    return sum;
  };
}

/**
 * The first sample's sum after dealing labels anew: the first steps of a Fisher-Yates shuffle, from wherever the last
 * ended.
 */
function dealDraw(deal: Deal, random: Random): () => number {
  const scores = deal.scores.slice();
  const size = dealt(deal);
  const sign = size === deal.labels ? 1 : -1;
  return () => {
    let sum = 0;
    for (let index = 0; index < size; index++) {
      // Uneven by at most the number of scores in 2^32, which no number of draws here can see.
      const other = index + Math.floor(random.unit() * (scores.length - index));
      const score = scores[other] ?? 0;
      scores[other] = scores[index] ?? 0;
      scores[index] = score;
      sum += score;
    }
    return sign * sum;
  };
}
