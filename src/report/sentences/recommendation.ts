import type { UndecidedPair } from "../../figures/choice-schema.ts";
import type { RunHorizon } from "../../figures/run-schema.ts";
import { bytesText, durationText, significant } from "../words/numbers.ts";
import { counted, listed } from "../words/words.ts";
import { aheadOf } from "./ahead.ts";
import { horizonIntervalText, horizonText } from "./horizons.ts";

/** What one row offers. Null: not known. */
export interface OfferFigures {
  readonly label: string;
  /** H50. */
  readonly half: RunHorizon | undefined;
  readonly correctTurnsPerSecond: number | null;
  readonly memoryBytes: number | null;
}

/** By how much a row offers more than the best one. Null: it is not more. */
export interface OtherOffer extends OfferFigures {
  /** How many times as many right turns a second. */
  readonly timesAsFast: number | null;
  /** Which part of the memory. */
  readonly partOfMemory: number | null;
}

/** One is ahead of every other. @param claim in what it is ahead of all */
export function runFurthest(
  best: OfferFigures,
  others: readonly string[],
  claim: keyof typeof aheadOf,
): string {
  const rest = others.length === 1 ? others.join() : "each of the others";
  return `Run ${offerText(best)}: it ${aheadOf[claim]} ${rest}.`;
}

/** One that is finished, of several that cannot be told from the best. */
export function runFinished(only: OfferFigures): string {
  return `Run ${offerText(only)}: none is shown to go further.`;
}

/** Rows that may be the best, and did not come to their end. */
export function unfinishedAside(labels: readonly string[]): string {
  const verb = labels.length === 1 ? "is not finished and left aside" : "are not finished and left aside";
  return `${listed(labels)} ${verb}: so far nothing shows that ${labels.length === 1 ? "it gets" : "they get"} less far.`;
}

/**
 * Which goes furthest is not told, but some of them are neither slower nor larger than any.
 *
 * @param among labels of those that cannot be told from the best
 * @param speedMargin by which share one has to be faster to count as that
 */
export function runFaster(
  chosen: readonly OfferFigures[],
  among: readonly string[],
  speedMargin: number,
): string {
  const faster = `${significant(100 * speedMargin)} % more right turns a second`;
  return `Run ${listed(shortened(chosen.map(offerText)), "or")}: ${notTold(among)}, and none of them is shown to make ${faster} than ${chosen.length === 1 ? "it" : "these"}, or to take less memory.`;
}

/** Nothing tells those apart that cannot be told from the best. */
export function runAny(among: readonly OfferFigures[]): string {
  return `Run any of ${listed(shortened(among.map(offerText)), "or")}: none of them is shown to go further, to be faster or to take less memory.`;
}

/** One for speed, another one for memory. */
export function runByNeed(
  fast: readonly OfferFigures[],
  small: readonly OfferFigures[],
  among: readonly string[],
): string {
  return `Run ${listed(shortened(fast.map(offerText)), "or")} for speed, or ${listed(shortened(small.map(offerText)), "or")} for memory: ${notTold(among)}.`;
}

/** Where no model does one turn reliably, how far it gets says nothing. */
export function runNone(label: string): string {
  return `None of these can be recommended: even ${label}, which gets as far as any, is at the floor.`;
}

/** Rows that get less far, but are faster or smaller. */
export function runInstead(others: readonly OtherOffer[]): string {
  const parts = others.map((other) => {
    const { timesAsFast, partOfMemory } = other;
    const gains = [
      timesAsFast === null ? null : `${significant(timesAsFast, 2)} times as fast`,
      partOfMemory === null ? null : `in ${significant(100 * partOfMemory, 2)} % of the memory`,
    ];
    return `${offerText(other)}, ${listed(gains.filter((gain) => gain !== null))}`;
  });
  return `Less far, but faster or smaller: ${shortened(parts).join("; ")}.`;
}

/** A row, and who beats it in all that is known. */
export interface BeatenFigures {
  readonly label: string;
  readonly by: readonly string[];
}

/** @param isMemoryKnown of all of them; else two things decide */
export function leaveOut(beaten: readonly BeatenFigures[], isMemoryKnown: boolean): string {
  const parts = beaten.map(({ label, by }) => `${label} (by ${listed(shortened(by))})`);
  const how = isMemoryKnown
    ? "in how far they get, in right turns a second and in memory"
    : "in how far they get and in right turns a second";
  return `Beaten ${how}: ${listed(shortened(parts))}.`;
}

/** What would tell two apart. @param pairs their numbers of two digits: they are guesses */
export function undecidedBetween(pairs: readonly UndecidedPair[]): string {
  const parts = pairs.map(({ ahead, behind, moreRollouts, moreMs }) => {
    const time = moreMs === null ? "" : `, ${durationText(moreMs)}`;
    return `${ahead} and ${behind} (about ${counted(moreRollouts ?? 0, "rollout")} more of each${time})`;
  });
  return `Undecided between ${listed(shortened(parts), "or")}: so many would tell, if they differ as they seem to.`;
}

/** So much alike that no reasonable number would tell. @param times of the rollouts that were played */
export function tooAlike(pairs: readonly UndecidedPair[], times: number): string {
  return `Even ${times} times as many rollouts would not tell ${pairsText(pairs)}, if they differ as little as they seem to.`;
}

/** Hardly anybody slipped. */
export function longerNeeded(pairs: readonly UndecidedPair[]): string {
  return `Too few first errors to tell ${pairsText(pairs)}: more turns (--turns) tell more than further rollouts.`;
}

/** "A from B, A from C or A from D" */
function pairsText(pairs: readonly UndecidedPair[]): string {
  const parts = pairs.map(({ ahead, behind }) => `${ahead} from ${behind}`);
  return listed(shortened(parts), "or");
}

/** Nobody is shown to be ahead. */
function notTold(among: readonly string[]): string {
  return `which of ${listed(shortened(among))} goes ${among.length === 2 ? "further" : "furthest"} is not told`;
}

/** "A (H50 40 (95 % 30 to 50), 12.3 right turns/s, 2.1 GB)" */
function offerText({ label, half, correctTurnsPerSecond, memoryBytes }: OfferFigures): string {
  const interval = half === undefined ? null : horizonIntervalText(half);
  const figures = [
    half === undefined ? null : `H50 ${horizonText(half)}${interval === null ? "" : ` (95 % ${interval})`}`,
    correctTurnsPerSecond === null ? null : `${significant(correctTurnsPerSecond)} right turns/s`,
    memoryBytes === null ? null : bytesText(memoryBytes),
  ];
  return `${label} (${figures.filter((figure) => figure !== null).join(", ")})`;
}

const mostNamed = 3;

/** The first ones, and how many more there are. */
function shortened(parts: readonly string[]): string[] {
  return parts.length <= mostNamed + 1
    ? [...parts]
    : [...parts.slice(0, mostNamed), `${parts.length - mostNamed} more`];
}
