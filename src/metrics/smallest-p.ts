import { fewestEvents, significanceLevel } from "./power.ts";

/**
 * The smallest p-value that the test of two curves can give with so many rollouts, if the two samples differ as much
 * as they can: then two of all relabellings lie as far out, one on either side. With n pairs there are 2^n
 * relabellings, without pairs n! / (m! (n - m)!) for m and n - m rollouts.
 */
export function smallestPValue(first: number, second: number, isPaired: boolean): number {
  const fewer = Math.min(first, second);
  if (fewer < 1) return 1;
  if (isPaired) return Math.min(1, 2 / 2 ** fewer);
  let ways = 1;
  for (let label = 0; label < fewer; label++) ways *= (first + second - label) / (label + 1);
  return Math.min(1, 2 / ways);
}

/**
 * The fewest rollouts of either sample with which a difference can be shown at all: the smallest p-value times the
 * number of comparisons (the first step of Holm's correction) is at most 0.05, and five rollouts can err.
 */
export function rolloutsForLevel(comparisons: number, isPaired: boolean): number {
  let rollouts = Math.ceil(fewestEvents / 2);
  while (smallestPValue(rollouts, rollouts, isPaired) * comparisons > significanceLevel) rollouts++;
  return rollouts;
}
