import { isOneModel } from "./agreement.ts";
import type { Contender } from "./contender.ts";
import { everyPairAtMost } from "./few-rows.ts";
import { type Across, decidingOf, isQuestionAlike, isShownAhead, type Pair, testPairs } from "./pairs.ts";

/** Rows that cannot be told from the best of them. */
export interface FoundTier {
  readonly best: Contender;
  /** It and those that are not shown to be behind it, in the order given. */
  readonly rows: readonly Contender[];
  /** The best with every row of this tier and of all later ones. */
  readonly pairs: readonly Pair[];
}

/**
 * Which rows may be the best: the one ahead, and all that are not shown to be behind it; then the same of those that are
 * left, and so on. Comparing with the best alone needs one test a row (Gupta 1965, Hsu 1984), where every pair would need
 * m (m - 1) / 2 of them.
 *
 * The best is chosen by the very rollouts that it is tested with, and the one ahead of twelve equal rows is far ahead of
 * their last. Corrected for the m - 1 comparisons alone, a given row that is as good as any is still left out in less than
 * 5 %, since somebody has to be shown ahead of it (the union bound of Gupta and Hsu); but that some row is said to be
 * behind the best though it is as good happens in 15 % of studies of twelve equal rows
 * (bench/statistics/results/tiers.md). So p-values are corrected as if any two of the s rows not yet told from the best
 * might have been compared: the smallest by s (s - 1) / 2, then on with those that are left, as by Holm. While nothing
 * false was shown, all rows as good as the best are among these s, so of their pairs, whichever of them is ahead, one is
 * false in at most 5 %. Each tier is a family of tests by itself.
 *
 * Of rows that were asked different things the largest set that was asked alike is parted, of sets as large the one whose
 * first row is the first.
 *
 * @param order as of {@link ranked}
 * @param across whether rows under different settings are tested, too
 * @returns null where no more rows are alike than have every pair told
 */
export function tiersOf(order: readonly Contender[], across: Across): FoundTier[] | null {
  let rest = largestAlike(order, across);
  if (rest.length <= everyPairAtMost) return null;
  const tiers: FoundTier[] = [];
  while (rest.length > 0) {
    const tier = firstTier(rest);
    tiers.push(tier);
    rest = rest.filter((one) => !tier.rows.includes(one));
  }
  return tiers;
}

/** The first row that none is shown ahead of is the best; where curves cross and there is none, the first. */
function firstTier(rows: readonly Contender[]): FoundTier {
  let found: FoundTier | null = null;
  for (const best of rows) {
    const pairs = testPairs(rows, { baseline: best, isBaselineChosen: true });
    const behind = new Set(
      pairs.filter(isShownAhead).flatMap((pair) => (pair.ahead === best ? pair.behind : [])),
    );
    const tier = { best, rows: rows.filter((one) => !behind.has(one)), pairs };
    found ??= tier;
    if (!pairs.some((pair) => pair.behind === best && isShownAhead(pair))) return tier;
  }
  if (found === null) throw new Error("no rows have no tier");
  return found;
}

function largestAlike(order: readonly Contender[], across: Across): readonly Contender[] {
  const isAlike = (one: Contender, other: Contender): boolean =>
    across === "all" ? decidingOf(one, other) !== "nothing" : isQuestionAlike(one, other);
  const sets: Contender[][] = [];
  for (const one of order) {
    const own = sets.find((set) => set.every((other) => isAlike(one, other)));
    if (own === undefined) sets.push([one]);
    else own.push(one);
  }
  return sets.toSorted((left, right) => right.length - left.length)[0] ?? [];
}

/**
 * Beside the comparisons of tiers, those of quantizations of one model with each other, a family of tests by themselves:
 * what fewer bits cost is another question than which row is the best.
 */
export function testKin(order: readonly Contender[], across: Across, tiers: readonly FoundTier[]): Pair[] {
  const isMade = (one: Contender, other: Contender): boolean =>
    tiers.some(({ pairs }) =>
      pairs.some(({ ahead, behind }) => [ahead, behind].includes(one) && [ahead, behind].includes(other)),
    );
  return testPairs(order, {
    baseline: null,
    across,
    isWanted: (one, other) => isOneModel(one, other) && !isMade(one, other),
  });
}
