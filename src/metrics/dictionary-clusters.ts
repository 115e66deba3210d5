import { normalQuantile, studentQuantile } from "./distributions.ts";
import type { PlayedRollout } from "./played-rollout.ts";
import { confidenceLevel } from "./proportion.ts";

/**
 * What figures speak of, where rollouts may share dictionaries. `rollouts`: each instance has a dictionary of its own, so
 * of any dictionary. `clusters`: they share so many that differences between these can be seen, so of any dictionary too,
 * and these are the draws instead of the rollouts. `these`: too few for that, so of these alone.
 */
export type DictionaryScope = "rollouts" | "clusters" | "these";

/** How rollouts share their dictionaries. */
export interface Dictionaries {
  /** How many different ones there are. */
  readonly count: number;
  readonly scope: DictionaryScope;
  /**
   * Of how many dictionaries of equal size there would be as much to see: 1 over the sum of squared shares of rollouts
   * (Kish 1965), a whole number from 2; `count` where all are of about one size.
   */
  readonly effective: number;
  /** For each rollout the place of its dictionary, from 0, in the order in which they first appear. */
  readonly places: Uint32Array;
}

/** From so many dictionaries on the spread between them is seen well enough to answer for dictionaries that were not played. */
export const fewestDictionaries = 6;

/** @param players that have these dictionaries: rollouts, or instances where several samples played them */
export function scopeOf(dictionaries: number, players: number): DictionaryScope {
  if (dictionaries >= players) return "rollouts";
  return dictionaries < fewestDictionaries ? "these" : "clusters";
}

/** Which rollouts share a dictionary. @param names of the dictionaries; absent: one of its own */
export function dictionariesOf(names: readonly (string | undefined)[]): Dictionaries {
  const places = new Uint32Array(names.length);
  const found = new Map<string, number>();
  const sizes: number[] = [];
  for (const [index, name] of names.entries()) {
    const place = (name === undefined ? undefined : found.get(name)) ?? sizes.length;
    if (name !== undefined) found.set(name, place);
    places[index] = place;
    sizes[place] = (sizes[place] ?? 0) + 1;
  }
  const count = sizes.length;
  return {
    count,
    scope: scopeOf(count, names.length),
    effective: effectiveCount(sizes),
    places,
  };
}

type Player = Pick<PlayedRollout, "instance" | "dictionary">;

/** How samples share dictionaries, taken together. */
export type SharedDictionaries = Pick<Dictionaries, "count" | "scope">;

/** @param rollouts of all samples that are looked at together */
export function sharedDictionaries(rollouts: readonly Player[]): SharedDictionaries {
  const count = new Set(rollouts.map(dictionaryOf)).size;
  return { count, scope: scopeOf(count, new Set(rollouts.map(({ instance }) => instance)).size) };
}

/** A name that rollouts with one dictionary have in common. */
export function dictionaryOf({ dictionary, instance }: Player): string {
  return dictionary === undefined ? `of ${instance}` : `is ${dictionary}`;
}

/** 1 over the sum of squared shares, as a whole number from 2. */
export function effectiveCount(sizes: readonly number[]): number {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const squares = sizes.reduce((sum, size) => sum + (size / all) ** 2, 0);
  return Math.max(2, Math.round(1 / squares));
}

/**
 * How much larger a squared half width of an interval is for Student's t with one degree of freedom less than there are
 * dictionaries in effect, in place of the normal: a score interval on a size divided by it is the one with Student's
 * quantile, since both enter as z^2 / n alone.
 */
export function studentFactor({ effective }: Pick<Dictionaries, "effective">): number {
  const quantile = (1 + confidenceLevel) / 2;
  return (studentQuantile(quantile, effective - 1) / normalQuantile(quantile)) ** 2;
}
