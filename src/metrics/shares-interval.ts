import { designEffect, pooledAccuracy } from "./accuracy.ts";
import { normalQuantile, studentQuantile } from "./distributions.ts";
import { confidenceLevel, type Interval, type Proportion, wilsonInterval } from "./proportion.ts";
import { byDictionary, scopeOfGroups } from "./shares-exchange.ts";
import type { MatchedInstance, Side } from "./turn-answers.ts";

export type SideName = "first" | "second";

/** One sample's share with its interval over rollouts, or over shared dictionaries. */
export function proportionOf(instances: readonly MatchedInstance[], name: SideName): Proportion {
  return pooledAccuracy(
    instances.flatMap((instance) => {
      const side = instance[name];
      return side === null ? [] : [{ n: side.n, correct: side.correct, dictionary: instance.dictionary }];
    }),
  );
}

/**
 * The interval of the difference of two shares: Student's t of the ratio estimator, over instances and, where they share
 * six or more dictionaries, over these, the wider of both. Where all but fewer than five instances are alike their
 * spread is not seen; there it is widened: where all are pairs of single turns, by {@link fromTurnsAlone}, else by the two
 * shares' own intervals, put together as if unrelated (Newcombe 1998, method 10).
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
  const reach = scopeOfGroups(units) === "clusters" ? greater(single, reachOf(units, shares, level)) : single;
  if (reach === null) return { low: null, high: null };
  const plain = { low: Math.max(-1, difference - reach), high: Math.min(1, difference + reach) };
  if (unlikeMost(instances) >= 5) return plain;
  const paired = scopeOfGroups(units) === "clusters" ? null : fromTurnsAlone(instances, level);
  return outerOf([plain, paired ?? squareAndAdd(instances, difference, level)]);
}

/**
 * The interval of the difference of two paired shares, from Wilson's of the shares of turns that one side alone got right
 * (square-and-add, as Zou and Donner 2008 have it for any two parameters). Turns that differ are taken to come together as
 * often as errors do, since of so few that is not seen.
 *
 * @returns null where not all instances are pairs
 */
function fromTurnsAlone(instances: readonly MatchedInstance[], level: number): Interval | null {
  const pairs = instances.flatMap(({ alone, first }) =>
    alone === null || first === null ? [] : [{ ...alone, n: first.n }],
  );
  if (pairs.length < instances.length || pairs.length === 0) return null;
  const effect = Math.max(...(["first", "second"] as const).map((name) => effectOf(instances, name)));
  const turns = pairs.reduce((sum, { n }) => sum + n, 0);
  const sideOf = (name: SideName): Proportion => {
    const correct = pairs.reduce((sum, pair) => sum + pair[name], 0);
    const share = correct / turns;
    return { n: turns, correct, accuracy: share, ...wilsonInterval(share, turns / effect) };
  };
  return squareAndAddOf(sideOf("first"), sideOf("second"), level);
}

/** How many times as large the variance of a side's share is as that of turns that have nothing to do with each other. */
function effectOf(instances: readonly MatchedInstance[], name: SideName): number {
  return designEffect(instances.flatMap((instance) => instance[name] ?? []));
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
 * Student's quantile times the standard error, both as for the sample with fewer units: with unlike sizes little is seen
 * of how that one varies. Null where it has fewer than two.
 */
function reachOf(
  units: readonly (readonly MatchedInstance[])[],
  [one, other]: readonly [number, number],
  level: number,
): number | null {
  const counted = (name: SideName): number =>
    units.filter((unit) => unit.some((instance) => instance[name] !== null)).length;
  const fewer = Math.min(counted("first"), counted("second"));
  if (fewer < 2) return null;
  const weight = units.flat().reduce((sum, { first }) => sum + (first?.weight ?? 0), 0);
  const squares = units.reduce((sum, unit) => {
    let influence = 0;
    for (const { first, second } of unit) {
      if (first !== null) influence += first.weightRight - one * first.weight;
      if (second !== null) influence -= second.weightRight - other * second.weight;
    }
    return sum + (influence / weight) ** 2;
  }, 0);
  return studentQuantile((1 + level) / 2, fewer - 1) * Math.sqrt((squares * fewer) / (fewer - 1));
}

function greater(left: number | null, right: number | null): number | null {
  return left === null || right === null ? null : Math.max(left, right);
}

/** The interval of two shares that have nothing to do with each other (Newcombe 1998, method 10). */
export function squareAndAdd(
  instances: readonly MatchedInstance[],
  difference: number,
  level: number,
): Interval {
  return squareAndAddOf(
    proportionOf(instances, "first"),
    proportionOf(instances, "second"),
    level,
    difference,
  );
}

/** @param difference where it is not that of the two shares as they are */
function squareAndAddOf(
  first: Proportion,
  second: Proportion,
  level: number,
  difference = (first.accuracy ?? 0) - (second.accuracy ?? 0),
): Interval {
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
