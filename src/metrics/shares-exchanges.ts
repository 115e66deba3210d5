import type { Exchanges } from "./permutation-test.ts";
import type { MatchedInstance } from "./turn-answers.ts";

/** From so many dictionaries on a difference is told for dictionaries at large, below it for these alone. */
export const fewestClusters = 6;

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

/** Whether instances share dictionaries, and enough of them for these to be the clusters. */
export function isClustered(dictionaries: readonly (readonly MatchedInstance[])[]): boolean {
  return dictionaries.length >= fewestClusters && dictionaries.some(({ length }) => length > 1);
}

/**
 * What may change places if both samples are alike: the two rollouts of an instance, and the labels of rollouts without
 * a partner. Of six or more shared dictionaries whole ones change places; of fewer, rollouts only within theirs.
 */
export function exchangesOf(instances: readonly MatchedInstance[]): Exchanges {
  const dictionaries = byDictionary(instances);
  if (isClustered(dictionaries)) return unitsOf(dictionaries.map(scoresOf));
  const isShared = dictionaries.some(({ length }) => length > 1);
  const strata = isShared ? dictionaries : [instances];
  const parts = strata.map((stratum) => unitsOf(stratum.map((instance) => scoresOf([instance]))));
  return {
    swaps: parts.flatMap(({ swaps }) => swaps),
    pools: parts.flatMap(({ pools }) => pools),
  };
}

interface Scores {
  /** Null: the sample has nothing there. */
  readonly first: number | null;
  readonly second: number | null;
  /** The first's less the second's. */
  readonly difference: number;
}

function scoresOf(instances: readonly MatchedInstance[]): Scores {
  const [first, second] = (["first", "second"] as const).map((name) => {
    const sides = instances.flatMap((instance) => instance[name] ?? []);
    return sides.length === 0 ? null : sorted(sides.map(({ excess }) => excess));
  });
  // At equal turns what is expected is the same for both, so whole numbers stay whole.
  const differences = instances.map((instance) =>
    instance.first !== null && instance.second !== null
      ? instance.first.correct - instance.second.correct
      : (instance.first?.excess ?? 0) - (instance.second?.excess ?? 0),
  );
  return { first: first ?? null, second: second ?? null, difference: sorted(differences) };
}

function unitsOf(units: readonly Scores[]): Exchanges {
  const single = {
    first: units.flatMap(({ first, second }) => (first !== null && second === null ? [first] : [])),
    second: units.flatMap(({ first, second }) => (second !== null && first === null ? [second] : [])),
  };
  const swaps = units.flatMap(({ first, second, difference }) =>
    first === null || second === null ? [] : [difference],
  );
  return { swaps, pools: single.first.length > 0 && single.second.length > 0 ? [single] : [] };
}

/** Added up in an order that the data alone decide. */
function sorted(numbers: readonly number[]): number {
  return numbers
    .toSorted((left, right) => Math.abs(left) - Math.abs(right) || left - right)
    .reduce((sum, number) => sum + number, 0);
}
