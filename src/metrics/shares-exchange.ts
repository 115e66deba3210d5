import { type DictionaryScope, scopeOf } from "./dictionary-clusters.ts";
import { type Deal, mirroredDeal } from "./exchange.ts";
import { testExchange } from "./exchange-test.ts";
import { signFlipShare } from "./sign-flips.ts";
import type { MatchedInstance } from "./turn-answers.ts";

/** Instances put together by their dictionary. */
export function byDictionary(instances: readonly MatchedInstance[]): MatchedInstance[][] {
  const groups = new Map<string, MatchedInstance[]>();
  for (const instance of instances) {
    const known = groups.get(instance.dictionary);
    if (known === undefined) groups.set(instance.dictionary, [instance]);
    else known.push(instance);
  }
  return [...groups.values()];
}

/** How instances share dictionaries. @param dictionaries the instances of each */
export function scopeOfGroups(dictionaries: readonly (readonly MatchedInstance[])[]): DictionaryScope {
  return scopeOf(
    dictionaries.length,
    dictionaries.reduce((sum, { length }) => sum + length, 0),
  );
}

/**
 * How often exchanging what may change places if both samples are alike (the two rollouts of an instance, labels of
 * rollouts without a partner) sets them at least as far apart. Of six or more shared dictionaries whole ones change
 * places; of fewer, rollouts only within theirs. Exact where all are paired, by counting.
 *
 * @returns `side` 1 where the first is right more often than if both were alike, -1 less often
 */
export function exchangeShares(
  instances: readonly MatchedInstance[],
  comparisons: number,
): { readonly side: -1 | 0 | 1; readonly pValue: number } {
  const dictionaries = byDictionary(instances);
  const alone = (group: readonly MatchedInstance[]) => group.map((instance) => [instance]);
  const strata = {
    clusters: () => [dictionaries],
    these: () => dictionaries.map(alone),
    rollouts: () => [alone(instances)],
  }[scopeOfGroups(dictionaries)]();
  const scored = strata.map((stratum) => stratum.map(scoresOf));
  const swaps = scored.flat().flatMap(({ kind, score }) => (kind === "both" ? [score] : []));
  const deals = scored.map(dealOf).filter((deal) => deal !== null);
  const total = sum(swaps) / 2 + sum(deals.map(({ excess }) => excess));
  const size = sum(swaps.map(Math.abs)) + sum(deals.flatMap(({ scores }) => [...scores].map(Math.abs)));
  if (Math.abs(total) <= 1e-9 * size) return { side: 0, pValue: 1 };
  const side = total < 0 ? -1 : 1;
  const counted = deals.length === 0 ? signFlipShare(swaps) : null;
  if (counted !== null) return { side, pValue: counted };
  const exchange = {
    excess: Math.abs(total),
    // A sign is drawn for each, so only their sizes matter.
    swaps: Float64Array.from(
      swaps.filter((swap) => swap !== 0),
      (swap) => Math.abs(swap) / 2,
    ).toSorted(),
    deals: (total < 0 ? deals.map(mirroredDeal) : deals).toSorted(byScores),
    errors: sum(
      instances.flatMap(({ first, second }) =>
        [first, second].map((one) => (one?.n ?? 0) - (one?.correct ?? 0)),
      ),
    ),
    widening: 1,
  };
  return { side, pValue: testExchange(exchange, comparisons).pValue };
}

interface Scores {
  readonly kind: "both" | "first" | "second";
  /** Of both the first's less the second's. */
  readonly score: number;
}

/** What a unit has beyond what would be expected if both samples were alike. */
function scoresOf(unit: readonly MatchedInstance[]): Scores {
  const [hasFirst, hasSecond] = [
    unit.some(({ first }) => first !== null),
    unit.some(({ second }) => second !== null),
  ];
  const kind = hasFirst && hasSecond ? "both" : hasFirst ? "first" : "second";
  const scores = unit.map(({ first, second }) => {
    // At equal turns what is expected is the same for both, so whole numbers stay whole.
    if (first !== null && second !== null) return first.correct - second.correct;
    const excess = (first ?? second)?.excess ?? 0;
    return kind === "both" && first === null ? -excess : excess;
  });
  return { kind, score: sum(scores) };
}

/** Scores without a partner, less their mean; null where one sample has none of them, or they do not differ. */
function dealOf(units: readonly Scores[]): Deal | null {
  const single = units.filter(({ kind }) => kind !== "both");
  const labels = single.filter(({ kind }) => kind === "first").length;
  const mean = sum(single.map(({ score }) => score)) / Math.max(1, single.length);
  const scores = Float64Array.from(single, ({ score }) => score - mean).toSorted();
  if (labels === 0 || labels === single.length || scores.every((score) => Math.abs(score) < 1e-12))
    return null;
  const excessOf = (name: string): number =>
    sum(single.flatMap(({ kind, score }) => (kind === name ? [score - mean] : [])));
  // Both sums are the same but for their sign; of both, so that rounding treats the samples alike.
  return { scores, labels, excess: (excessOf("first") - excessOf("second")) / 2 };
}

function byScores(left: Deal, right: Deal): number {
  const at = left.scores.findIndex((score, index) => score !== right.scores[index]);
  const difference = at < 0 ? 0 : (left.scores[at] ?? 0) - (right.scores[at] ?? Number.POSITIVE_INFINITY);
  return difference || left.scores.length - right.scores.length || left.labels - right.labels;
}

/** Added up in an order that the numbers alone decide. */
function sum(numbers: readonly number[]): number {
  return numbers
    .toSorted((left, right) => Math.abs(left) - Math.abs(right) || left - right)
    .reduce((total, number) => total + number, 0);
}
