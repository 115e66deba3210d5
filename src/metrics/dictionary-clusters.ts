import { normalQuantile, studentQuantile } from "./distributions.ts";
import { confidenceLevel } from "./proportion.ts";

/** How rollouts share their dictionaries. */
export interface Dictionaries {
  /** How many different ones there are. */
  readonly count: number;
  /**
   * What intervals speak of. `rollouts`: each has a dictionary of its own, so of any dictionary. `clusters`: so many
   * dictionaries that their differences can be seen, so of any dictionary too. `these`: too few for that, so of these alone.
   */
  readonly scope: "rollouts" | "clusters" | "these";
  /** For each rollout the place of its dictionary, from 0, in the order in which they first appear. */
  readonly places: Uint32Array;
}

/** From so many dictionaries on the spread between them is seen well enough to answer for dictionaries that were not played. */
export const fewestDictionaries = 6;

/** Which rollouts share a dictionary. @param names of the dictionaries; absent: one of its own */
export function dictionariesOf(names: readonly (string | undefined)[]): Dictionaries {
  const places = new Uint32Array(names.length);
  const found = new Map<string, number>();
  let count = 0;
  for (const [index, name] of names.entries()) {
    const known = name === undefined ? undefined : found.get(name);
    places[index] = known ?? count;
    if (known !== undefined) continue;
    if (name !== undefined) found.set(name, count);
    count++;
  }
  const few = count < fewestDictionaries ? "these" : "clusters";
  return { count, scope: count === names.length ? "rollouts" : few, places };
}

/**
 * How much larger a squared half width of an interval is for Student's t with `count` - 1 degrees of freedom in place of the
 * normal: a score interval on a size divided by it is the one with Student's quantile, since both enter as z^2 / n alone.
 */
export function studentFactor(count: number): number {
  const quantile = (1 + confidenceLevel) / 2;
  return (studentQuantile(quantile, count - 1) / normalQuantile(quantile)) ** 2;
}
