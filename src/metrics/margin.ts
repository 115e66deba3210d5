import { curtailed, isOpenCut } from "./cuts.ts";
import { sharedDictionaries, type SharedDictionaries } from "./dictionary-clusters.ts";
import { type MarginRatio, marginRatio, moreRolloutsFor } from "./margin-ratio.ts";
import type { PlayedRollout } from "./played-rollout.ts";
import { mostTimes } from "./power.ts";
import { twoDigitsUp } from "./two-digits.ts";

/** One sample held against another. */
export interface JudgedSamples extends Pick<MarginRatio, "ratio" | "low" | "high" | "horizon"> {
  readonly verdict: "good enough" | "worse" | "undecided";
  /** Of the horizons that are compared. */
  readonly s: number;
  /**
   * Why it is undecided: more turns are needed; one turn is more than the margin; what cut rollouts lack decides; more
   * rollouts are needed. Null: it is told.
   */
  readonly reason: "turns" | "coarse" | "cuts" | "rollouts" | null;
  /** Of each of both, were they as they seem; null: it is told, or none that would be worth it. */
  readonly moreRollouts: number | null;
  /** How both share dictionaries. */
  readonly dictionaries: SharedDictionaries;
}

export interface MarginTerms {
  /** Turns that are compared. */
  readonly turns: number;
  /** By how much less far the first may get, above 0 and below 1. */
  readonly share: number;
  /** Samples that are held against the second. */
  readonly comparisons: number;
}

/**
 * Whether a sample gets nearly as far as another, by the interval of {@link marginRatio}: good enough where its lower end
 * is within the margin, worse where its upper end is beyond it. The horizons are those of the first threshold of 0.5, 0.8
 * and 0.9 at which the second's lies within the turns for certain: it is chosen by the second alone, so that no choice
 * favours the first. Worse it is called at an earlier one, too, where the second's lies beyond the turns and the first's so
 * early that this tells. Where the second's horizon has fewer turns than 1 over the margin, whole turns are too coarse to call
 * the first good enough: one turn less is more than the margin.
 */
export function judgeSamples(
  first: readonly PlayedRollout[],
  second: readonly PlayedRollout[],
  { turns, share, comparisons }: MarginTerms,
): JudgedSamples {
  const dictionaries = sharedDictionaries([...first, ...second]);
  const isByDictionary = dictionaries.scope === "clusters";
  const ratioAt = (s: number): JudgedRatio => ({
    s,
    ...marginRatio(first, second, { s, turns, comparisons, isByDictionary }),
  });
  const found = tellingRatio(ratioAt, share);
  const verdict = verdictOf(found, share);
  const isCut = curtailed(second, turns).some(isOpenCut);
  const reason = verdict === "undecided" ? reasonOf(found, share, isCut) : null;
  const rollouts = Math.min(first.length, second.length);
  const more = reason === "rollouts" ? moreRolloutsFor(found, share, rollouts, comparisons) : null;
  const { s, ratio, low, high, horizon } = found;
  const moreRollouts = worthIt(more, rollouts);
  return { verdict, s, ratio, low, high, horizon, reason, moreRollouts, dictionaries };
}

type JudgedRatio = MarginRatio & { readonly s: number };

/**
 * At the first threshold at which the second's horizon is bounded, else at the one that is passed soonest; before, at one at
 * which it is not, where the first falls so early that it is worse all the same.
 */
function tellingRatio(ratioAt: (s: number) => JudgedRatio, share: number): JudgedRatio {
  for (const s of [0.5, 0.8]) {
    const found = ratioAt(s);
    if (found.low !== null || verdictOf(found, share) === "worse") return found;
  }
  return ratioAt(0.9);
}

function verdictOf(
  found: Pick<JudgedRatio, "low" | "high" | "horizon">,
  share: number,
): JudgedSamples["verdict"] {
  const { low, high } = found;
  if (high !== null && isBelow(high, share)) return "worse";
  if (low === null || isBelow(low, share) || isCoarse(found, share)) return "undecided";
  return "good enough";
}

/** @param isCut whether rollouts of the second were */
function reasonOf(found: JudgedRatio, share: number, isCut: boolean): NonNullable<JudgedSamples["reason"]> {
  const { low, uncut, horizon } = found;
  if (uncut.low === null) return isCut ? "cuts" : "turns";
  if (low === null || verdictOf({ ...uncut, horizon }, share) !== "undecided") return "cuts";
  return isCoarse(found, share) ? "coarse" : "rollouts";
}

/** A hair's breadth, so that 4 of 5 turns are no more than 20 % less. */
const hair = 1e-9;

function isBelow(ratio: number, share: number): boolean {
  return ratio < 1 - share - hair;
}

function isCoarse({ horizon }: Pick<JudgedRatio, "horizon">, share: number): boolean {
  return horizon !== null && horizon * share < 1 - hair;
}

/** Of two digits: it is an estimate of an estimate. */
function worthIt(more: number | null, rollouts: number): number | null {
  if (more === null || !(more <= mostTimes * rollouts)) return null;
  return Math.max(1, twoDigitsUp(more));
}
