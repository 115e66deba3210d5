import { horizonName, significant } from "../words/numbers.ts";
import { counted } from "../words/words.ts";

/** A row held against the reference. */
export interface MarginFigures {
  readonly label: string;
  readonly reference: string;
  /** By how much less far it may get, between 0 and 1. */
  readonly share: number;
}

/** The interval of the ratio of horizons. */
export interface MarginInterval {
  readonly s: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Dictionaries that it holds for; null: for dictionaries of this kind. */
  readonly dictionaries: number | null;
}

export function goodEnoughSentence(figures: MarginFigures, interval: MarginInterval): string {
  const { label, reference, share } = figures;
  return `${label}: at most ${marginText(share)} shorter than ${reference}${intervalText(interval, share)}.`;
}

export function worseSentence(figures: MarginFigures, interval: MarginInterval): string {
  const { label, reference, share } = figures;
  return `${label}: worse, more than ${marginText(share)} shorter than ${reference}${intervalText(interval, share)}.`;
}

/** @param isByDictionary what is drawn is dictionaries, so new rollouts need new ones */
export function moreRolloutsSentence(
  figures: MarginFigures,
  interval: MarginInterval,
  { more, isByDictionary }: { readonly more: number; readonly isByDictionary: boolean },
): string {
  const which = isByDictionary ? " with other dictionaries" : "";
  return `${undecided(figures)} about ${counted(more, "more rollout")} of each${which}${intervalText(interval, figures.share)}.`;
}

/** @param times as many rollouts as were played are not enough */
export function tooManyRolloutsSentence(
  figures: MarginFigures,
  interval: MarginInterval,
  times: number,
): string {
  return `${undecided(figures)} it takes over ${times} times the rollouts${intervalText(interval, figures.share)}.`;
}

/** @param turns that were compared */
export function moreTurnsSentence(figures: MarginFigures, turns: number): string {
  return `${undecided(figures)} more turns are needed, ${turns.toLocaleString("en")} do not tell how far ${figures.reference} gets.`;
}

/** @param horizon of the reference, in turns */
export function coarseTurnsSentence(
  figures: MarginFigures,
  interval: MarginInterval,
  horizon: number,
): string {
  const { reference, share } = figures;
  return `${undecided(figures)} the ${horizonName(interval.s)} of ${reference} is ${counted(horizon, "turn")}, so one turn is more than ${marginText(share)}${intervalText(interval, share)}.`;
}

export function cutsOpenSentence(figures: MarginFigures, interval: MarginInterval): string {
  return `${undecided(figures)} rollouts were cut short, and what is missing could turn it${intervalText(interval, figures.share)}.`;
}

/** @param at which of both is at the floor */
export function floorHasNoMarginSentence(figures: MarginFigures, at: string): string {
  return `${undecided(figures)} ${at} is at the floor, so its horizon says nothing.`;
}

/** @param reason what the runs differ in; null: horizons are not what decides between these two */
export function noMarginSentence(figures: MarginFigures, reason: string | null): string {
  const why =
    reason === null
      ? "a margin is of horizons, and these two are not compared by them"
      : `not compared, since the runs differ in ${reason}`;
  return `${undecided(figures)} ${why}.`;
}

/** @param idle which of both */
export function noTurnNoMarginSentence(figures: MarginFigures, idle: string): string {
  return `${undecided(figures)} ${idle} finished no turn.`;
}

/** @param asked which of both was asked turns by themselves, or was stopped since it could not be read */
export function noHorizonNoMarginSentence(figures: MarginFigures, asked: string): string {
  return `${undecided(figures)} a margin is of horizons, and ${asked} has none.`;
}

/** What the intervals of several rows are. */
export function adjustedMarginNote(rows: number): string {
  return `These intervals hold for all ${rows} rows together.`;
}

function undecided({ label, reference }: MarginFigures): string {
  return `${label}: undecided against ${reference},`;
}

/** "20 %" */
function marginText(share: number): string {
  return `${significant(100 * share, 6)} %`;
}

/** " (95 %: H50 0.84 to 1.1 times)" */
function intervalText({ s, low, high, dictionaries }: MarginInterval, share: number): string {
  if (low === null && high === null) return "";
  const text = (times: number): string => timesText(times, 1 - share);
  const range =
    low === null
      ? `at most ${text(high ?? 0)}`
      : high === null
        ? `at least ${text(low)}`
        : `${text(low)} to ${text(high)}`;
  const scope =
    dictionaries === null
      ? ""
      : dictionaries === 1
        ? ", for this dictionary"
        : `, for these ${dictionaries} dictionaries`;
  return ` (95 %: ${horizonName(s)} ${range} times${scope})`;
}

/** With as many digits as keep it on its side of the margin. */
function timesText(times: number, least: number): string {
  const rounded = (digits: number): number => Number(times.toPrecision(digits));
  const digits = [2, 3, 4, 6].find((count) => rounded(count) >= least === times >= least);
  return significant(times, digits ?? 9);
}
