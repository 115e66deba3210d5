import { Random } from "../random.ts";

/** What may change places if two samples are alike; the statistic is the sum of the first's fixed scores. */
export interface Exchanges {
  /** For each pair (of rollouts, of whole dictionaries): the first's score less the second's. A swap changes its sign. */
  readonly swaps: readonly number[];
  /** Scores without a partner; labels are dealt anew inside each pool, as many of either as there were. */
  readonly pools: readonly Pool[];
}

export interface Pool {
  readonly first: readonly number[];
  readonly second: readonly number[];
}

export interface Permutation {
  /** 1 where the first's scores are higher than if both were alike, -1 where they are lower. */
  readonly side: -1 | 0 | 1;
  /** Two-sided: share of the exchanges whose statistic lies at least as far from its mean as the one seen. */
  readonly pValue: number;
  /** Whether every exchange was counted; else they were drawn, and the one seen counts as one of them. */
  readonly isExact: boolean;
}

/** Cells that counting whole numbers out may fill. */
const mostCells = 5e7;
/** Exchanges that are listed one by one. */
const mostListed = 20_000;
/** So many are drawn at first, ten times as many while none of them reaches the one seen, and at most the last. */
const draws = { least: 9_999, most: 999_999 };

/**
 * Fisher's randomisation test: how often exchanging the two samples' labels moves a sum of scores at least as far from
 * its mean as it is (Pitman 1937; Ernst 2004). Exact where the swaps are whole numbers, by adding up the distribution
 * of their sum, or where the exchanges are few; else by draws with p = (1 + reached) / (1 + drawn) (Phipson and Smyth
 * 2010). Where none of them reaches it more are drawn, until p times the number of comparisons is below 0.01. The draws follow
 * from the scores alone: the order of pairs, of rollouts and of the two samples makes no difference.
 *
 * @param comparisons that p is adjusted for by whoever asks
 */
export function permutationTest(exchanges: Exchanges, comparisons = 1): Permutation {
  const { swaps, pools, seen, side, scale } = canonical(exchanges);
  const reached = seen - 1e-9 * scale;
  if (reached <= 0) return { side: 0, pValue: 1, isExact: true };
  if (pools.length === 0 && isCountable(swaps))
    return { side, pValue: countedOut(swaps, seen), isExact: true };
  const ways = pools.reduce((product, pool) => product * choices(pool), 2 ** swaps.length);
  if (ways <= mostListed) return { side, pValue: listedOut(swaps, pools, reached), isExact: true };
  return { side, pValue: drawn(swaps, pools, reached, comparisons), isExact: false };
}

/** A pool: to twice the statistic less its mean it adds its chosen scores' sum less `mean`, times `factor`. */
interface Deal {
  readonly scores: readonly number[];
  readonly chosen: number;
  readonly mean: number;
  readonly factor: 2 | -2;
}

/** Sizes of the swaps, the pools dealt by their smaller part, and how far twice the statistic is from its mean. */
function canonical({ swaps, pools }: Exchanges) {
  const sizes = swaps
    .map(Math.abs)
    .filter((size) => size > 0)
    .toSorted(ascending);
  const inner = pools.filter(({ first, second }) => first.length > 0 && second.length > 0);
  const deals = inner.map(dealOf);
  const fromSwaps =
    sum(swaps.filter((swap) => swap > 0)) - sum(swaps.filter((swap) => swap < 0).map(Math.abs));
  const fromPools = sum(inner.map(({ first, second }) => excessOf(first, second)));
  const total = fromSwaps + 2 * fromPools;
  const scale = sum(sizes) + sum(deals.flatMap(({ scores }) => scores.map(Math.abs)));
  const turned = total < 0 ? deals.map(turnedRound) : deals;
  const side: 1 | -1 = total < 0 ? -1 : 1;
  return { swaps: sizes, pools: turned.toSorted(byScores), seen: Math.abs(total), side, scale };
}

function dealOf({ first, second }: Pool): Deal {
  const scores = [...first, ...second].toSorted(ascending);
  const chosen = Math.min(first.length, second.length);
  return {
    scores,
    chosen,
    mean: (chosen * sum(scores)) / scores.length,
    factor: first.length <= second.length ? 2 : -2,
  };
}

/** The same with the samples exchanged; dealing a half is the same either way. */
function turnedRound(deal: Deal): Deal {
  return 2 * deal.chosen === deal.scores.length ? deal : { ...deal, factor: deal.factor === 2 ? -2 : 2 };
}

/** The first's sum beyond its share of both. */
function excessOf(first: readonly number[], second: readonly number[]): number {
  const [one, other] = [first, second].map((scores) => sum(scores.toSorted(ascending)));
  return ((one ?? 0) * second.length - (other ?? 0) * first.length) / (first.length + second.length);
}

function byScores(left: Deal, right: Deal): number {
  const at = left.scores.findIndex((score, index) => score !== right.scores[index]);
  const difference = at < 0 ? 0 : (left.scores[at] ?? 0) - (right.scores[at] ?? Number.POSITIVE_INFINITY);
  return (
    difference ||
    left.scores.length - right.scores.length ||
    left.chosen - right.chosen ||
    left.factor - right.factor
  );
}

function isCountable(swaps: readonly number[]): boolean {
  return swaps.every(Number.isInteger) && sum(swaps) * swaps.length <= 2 * mostCells;
}

/** Twice the chance that a sum of whole numbers with random signs is at least `seen`, above 0. */
function countedOut(swaps: readonly number[], seen: number): number {
  const most = sum(swaps);
  const chances = new Float64Array(most + 1);
  chances[0] = 1;
  let reach = 0;
  for (const swap of swaps) {
    reach += swap;
    for (let x = reach; x >= swap; x--) chances[x] = ((chances[x] ?? 0) + (chances[x - swap] ?? 0)) / 2;
    for (let x = Math.min(swap, reach + 1) - 1; x >= 0; x--) chances[x] = (chances[x] ?? 0) / 2;
  }
  // A sum of signs is twice what counts as positive less all of it.
  let tail = 0;
  for (let x = most; 2 * x - most >= seen; x--) tail += chances[x] ?? 0;
  return Math.min(1, Math.max(2 * tail, Number.MIN_VALUE));
}

function choices({ scores, chosen }: Deal): number {
  let ways = 1;
  for (let index = 0; index < chosen; index++) ways *= (scores.length - index) / (index + 1);
  return Math.round(ways);
}

function listedOut(swaps: readonly number[], pools: readonly Deal[], reached: number): number {
  let sums = [0];
  for (const swap of swaps) sums = sums.flatMap((one) => [one + swap, one - swap]);
  for (const deal of pools) {
    const moves = choicesOf(deal.scores, deal.chosen).map((chosen) => deal.factor * (chosen - deal.mean));
    sums = sums.flatMap((one) => moves.map((move) => one + move));
  }
  return sums.filter((one) => Math.abs(one) >= reached).length / sums.length;
}

/** Sums of every choice of so many of the scores. */
function choicesOf(scores: readonly number[], chosen: number): number[] {
  const [score, ...rest] = scores;
  if (chosen === 0) return [0];
  if (score === undefined || scores.length < chosen) return [];
  return [...choicesOf(rest, chosen - 1).map((one) => one + score), ...choicesOf(rest, chosen)];
}

function drawn(
  swaps: readonly number[],
  pools: readonly Deal[],
  reached: number,
  comparisons: number,
): number {
  const random = new Random("permutation-test");
  const hands = pools.map(({ scores }) => Float64Array.from(scores));
  let hits = 0;
  let count = 0;
  let wanted = draws.least;
  for (;;) {
    for (; count < wanted; count++) {
      let one = signedSum(random, swaps);
      for (const [index, deal] of pools.entries()) {
        const hand = hands[index] ?? new Float64Array();
        one += deal.factor * (dealtSum(random, hand, deal.chosen) - deal.mean);
      }
      if (Math.abs(one) >= reached) hits++;
    }
    const pValue = (1 + hits) / (1 + count);
    if (hits > 0 || pValue * comparisons < 0.01 || wanted >= draws.most) return pValue;
    wanted = 10 * (wanted + 1) - 1;
  }
}

/** The sum of all numbers, each with a sign of its own. */
function signedSum(random: Random, swaps: readonly number[]): number {
  let total = 0;
  let bits = 0;
  for (let index = 0; index < swaps.length; index++) {
    if (index % 32 === 0) bits = random.uint32();
    total += (bits & 1) === 1 ? (swaps[index] ?? 0) : -(swaps[index] ?? 0);
    bits >>>= 1;
  }
  return total;
}

/** The sum of so many of the hand, drawn without putting back; the hand is left in another order. */
function dealtSum(random: Random, hand: Float64Array, chosen: number): number {
  let total = 0;
  for (let index = 0; index < chosen; index++) {
    const at = index + random.below(hand.length - index);
    const score = hand[at] ?? 0;
    hand[at] = hand[index] ?? 0;
    hand[index] = score;
    total += score;
  }
  return total;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function ascending(left: number, right: number): number {
  return left - right;
}
