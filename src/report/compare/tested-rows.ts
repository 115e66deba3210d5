import type { Tier } from "../../figures/choice-schema.ts";
import type { CompareDocument } from "../../figures/compare-schema.ts";
import type { Contender } from "../../figures/contender.ts";
import { type Across, type Pair, testPairs } from "../../figures/pairs.ts";
import { everyPairAtMost } from "../../figures/few-rows.ts";
import { type FoundTier, testKin, tiersOf } from "../../figures/tiers.ts";
import type { BestTests } from "../../figures/recommendation.ts";
import type { MeasuredRow } from "./compare-rows.ts";
import { describePair } from "./pair-row.ts";

interface Testing {
  /** The one that all others are compared with; null: every pair, or tiers. */
  readonly baseline: Contender | null;
  readonly across: Across;
  readonly isEveryPair: boolean;
}

/** The comparisons that are made of these rows. */
export interface TestedRows {
  readonly pairs: readonly Pair[];
  /** Null: every pair is told, or those with the baseline. */
  readonly tiers: readonly FoundTier[] | null;
}

/** @param order the furthest first */
export function testRows(order: readonly Contender[], testing: Testing): TestedRows {
  const { baseline, across, isEveryPair } = testing;
  const tiers = baseline === null && !isEveryPair ? tiersOf(order, across) : null;
  if (tiers === null) return { tiers, pairs: testPairs(order, testing) };
  return { tiers, pairs: [...tiers.flatMap((tier) => tier.pairs), ...testKin(order, across, tiers)] };
}

/** Those by which one row is chosen. */
export function bestTests({ pairs, tiers }: TestedRows): BestTests {
  const [first] = tiers ?? [];
  if (first === undefined) return { best: null, pairs, comparisons: pairs.length };
  const { best, rows } = first;
  // Whichever of those that may be the best is ahead.
  return { best, pairs: first.pairs, comparisons: (rows.length * (rows.length - 1)) / 2 };
}

/**
 * What a document holds of them.
 *
 * @param ordered rows as they stand in the table
 * @param told of whose pairs the conclusion speaks; null: of all
 */
export function testedParts(
  { pairs, tiers }: TestedRows,
  ordered: readonly MeasuredRow[],
  told: Contender | null,
): Pick<CompareDocument, "pairs" | "tiers"> {
  const isTold = ({ ahead }: Pair): boolean => told === null || ahead === told;
  return {
    pairs: pairs.map((pair) => describePair(pair, pairs.length <= everyPairAtMost || isTold(pair))),
    ...(tiers === null ? {} : { tiers: tiers.map((tier) => describeTier(tier, ordered)) }),
  };
}

function describeTier({ best, rows, pairs }: FoundTier, ordered: readonly MeasuredRow[]): Tier {
  const own = ordered.filter(({ contender }) => rows.includes(contender));
  return { best: best.label, rows: own.map(({ row }) => row.label), comparisons: pairs.length };
}
