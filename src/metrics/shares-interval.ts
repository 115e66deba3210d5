import { pooledAccuracy, type Tally } from "./accuracy.ts";
import { normalQuantile, studentQuantile } from "./distributions.ts";
import { confidenceLevel, type Interval, type Proportion } from "./proportion.ts";
import { byDictionary, isClustered } from "./shares-exchanges.ts";
import type { MatchedInstance, Side } from "./turn-answers.ts";

export type SideName = "first" | "second";

/** One sample's share with its interval over rollouts, or over shared dictionaries where that is wider. */
export function proportionOf(instances: readonly MatchedInstance[], name: SideName): Proportion {
  const tallyOf = (group: readonly MatchedInstance[]): Tally => {
    const sides = group.flatMap((instance) => instance[name] ?? []);
    return {
      n: sides.reduce((sum, { n }) => sum + n, 0),
      correct: sides.reduce((sum, { correct }) => sum + correct, 0),
    };
  };
  const single = pooledAccuracy(instances.map((instance) => tallyOf([instance])));
  const dictionaries = byDictionary(instances);
  if (!isClustered(dictionaries)) return single;
  const grouped = pooledAccuracy(dictionaries.map(tallyOf));
  return { ...single, ...outerOf([single, grouped]) };
}

/**
 * The interval of the difference of two shares: Student's t of the ratio estimator, over instances and, where they share
 * six or more dictionaries, over these, the wider of both. Where all but fewer than five instances are alike their
 * spread is not seen; there the two shares' own intervals, put together as if unrelated (Newcombe 1998, method 10), widen it.
 *
 * @param shares of the first and the second sample, as the difference takes them
 */
export function differenceInterval(
  instances: readonly MatchedInstance[],
  shares: readonly [number, number],
  level: number,
): Interval {
  const difference = shares[0] - shares[1];
  const units = byDictionary(instances);
  const single = reachOf(
    instances.map((instance) => [instance]),
    shares,
    level,
  );
  const reach = isClustered(units) ? greater(single, reachOf(units, shares, level)) : single;
  if (reach === null) return { low: null, high: null };
  const plain = { low: Math.max(-1, difference - reach), high: Math.min(1, difference + reach) };
  return unlikeMost(instances) < 5 ? outerOf([plain, squareAndAdd(instances, difference, level)]) : plain;
}

/** From the lowest end to the highest; an end that one of them does not know is unknown. */
export function outerOf(intervals: readonly Interval[]): Interval {
  const [lows, highs] = [intervals.map(({ low }) => low), intervals.map(({ high }) => high)];
  const known = (ends: readonly (number | null)[]): number[] => ends.filter((end) => end !== null);
  return {
    low: lows.includes(null) ? null : Math.min(...known(lows)),
    high: highs.includes(null) ? null : Math.max(...known(highs)),
  };
}

/** Instances that are not like most others of their kind; what varies among fewer than five is not seen. */
function unlikeMost(instances: readonly MatchedInstance[]): number {
  const counts = new Map<string, Map<number, number>>();
  for (const { first, second } of instances) {
    const kind = `${first !== null} ${second !== null}`;
    const value = wrongOf(first) - wrongOf(second);
    const known = counts.get(kind) ?? new Map<number, number>();
    counts.set(kind, known.set(value, (known.get(value) ?? 0) + 1));
  }
  return [...counts.values()].reduce((sum, kind) => {
    const sizes = [...kind.values()];
    return sum + sizes.reduce((all, size) => all + size, 0) - Math.max(...sizes);
  }, 0);
}

function wrongOf(side: Side | null): number {
  return side === null ? 0 : side.n - side.correct;
}

/**
 * Student's quantile times the standard error. Units with both samples, with the first alone and with the second alone
 * vary by themselves; degrees of freedom after Satterthwaite (1946). Null where one of the three is a single unit.
 */
function reachOf(
  units: readonly (readonly MatchedInstance[])[],
  [one, other]: readonly [number, number],
  level: number,
): number | null {
  const weight = units.flat().reduce((sum, { first }) => sum + (first?.weight ?? 0), 0);
  const squares = new Map<string, { units: number; sum: number }>();
  for (const unit of units) {
    let influence = 0;
    for (const { first, second } of unit) {
      if (first !== null) influence += first.weightRight - one * first.weight;
      if (second !== null) influence -= second.weightRight - other * second.weight;
    }
    const kind = `${unit.some(({ first }) => first !== null)} ${unit.some(({ second }) => second !== null)}`;
    const known = squares.get(kind) ?? { units: 0, sum: 0 };
    squares.set(kind, { units: known.units + 1, sum: known.sum + (influence / weight) ** 2 });
  }
  const kinds = [...squares.values()];
  if (kinds.some((kind) => kind.units < 2)) return null;
  const variances = kinds.map((kind) => ({
    freedom: kind.units - 1,
    variance: (kind.sum * kind.units) / (kind.units - 1),
  }));
  const variance = variances.reduce((sum, kind) => sum + kind.variance, 0);
  if (variance === 0) return 0;
  const freedom = variance ** 2 / variances.reduce((sum, kind) => sum + kind.variance ** 2 / kind.freedom, 0);
  return studentQuantile((1 + level) / 2, Math.max(1, Math.floor(freedom + 1e-9))) * Math.sqrt(variance);
}

function greater(left: number | null, right: number | null): number | null {
  return left === null || right === null ? null : Math.max(left, right);
}

function squareAndAdd(instances: readonly MatchedInstance[], difference: number, level: number): Interval {
  const [first, second] = [proportionOf(instances, "first"), proportionOf(instances, "second")];
  const scale = normalQuantile((1 + level) / 2) / normalQuantile((1 + confidenceLevel) / 2);
  const down = Math.hypot(below(first), above(second));
  const up = Math.hypot(above(first), below(second));
  return {
    low: Math.max(-1, difference - scale * down),
    high: Math.min(1, difference + scale * up),
  };
}

function below({ accuracy, low }: Proportion): number {
  return (accuracy ?? 0) - (low ?? 0);
}

function above({ accuracy, high }: Proportion): number {
  return (high ?? 1) - (accuracy ?? 0);
}
