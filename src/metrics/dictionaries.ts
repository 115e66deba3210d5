import { fewestDictionaries } from "./dictionary-clusters.ts";
import type { PlayedRollout } from "./played-rollout.ts";

/**
 * Whether rollouts share dictionaries, and so a part of what makes them easy or hard.
 *
 * - own: every instance has one of its own, and is a draw by itself;
 * - few: up to five, too few to say anything of others: what is found holds for these;
 * - many: six or more, which are the draws instead of the rollouts.
 */
export interface SharedDictionaries {
  readonly kind: "own" | "few" | "many";
  readonly dictionaries: number;
}

/** @param rollouts of all samples that are looked at together */
export function sharedDictionaries(rollouts: readonly PlayedRollout[]): SharedDictionaries {
  const dictionaries = new Set(rollouts.map(dictionaryOf)).size;
  const instances = new Set(rollouts.map(({ instance }) => instance)).size;
  if (dictionaries >= instances) return { kind: "own", dictionaries };
  return { kind: dictionaries < fewestDictionaries ? "few" : "many", dictionaries };
}

/** A name that rollouts with one dictionary have in common. */
export function dictionaryOf({ dictionary, instance }: PlayedRollout): string {
  return dictionary === undefined ? `of ${instance}` : `is ${dictionary}`;
}
