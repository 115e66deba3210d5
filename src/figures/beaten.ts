import { isSimulated, settingDifferences } from "../reading/settings.ts";
import { toldPart } from "../reading/study.ts";
import type { CompareGroup } from "./compare-schema.ts";

/**
 * Whether one row is worse than another in all that decides: how far it gets, how fast it is, and what memory it takes. It is
 * never called worse where that is in doubt:
 *
 * - how far: a difference is shown between the two curves (`isShown`), and the interval of the better one's H50 lies wholly
 *   above that of the other. A horizon that is open (beyond its turns, or its interval is) or unknown never loses;
 * - how fast: at least {@link speedMargin} more right turns a second, measured alike, and farther apart than the intervals of
 *   the two decode rates reach, which are wide where the machine was busy;
 * - memory: no more, but for {@link memoryMargin}. Where nobody told it of either row, two decide;
 * - rows that differ in what decides the result are never set against each other.
 */
export function isBeaten(worse: CompareGroup, better: CompareGroup, isShown: boolean): boolean {
  return isShown && goesFurther(better, worse) && mayBeat(better, worse);
}

/** Whether it is faster and no larger, asked alike: what is left is how far the two get. */
export function mayBeat(better: CompareGroup, worse: CompareGroup): boolean {
  return areAlike(better, worse) && isFaster(better, worse) && isNoLarger(better, worse);
}

/**
 * By how much one must be faster. The interval of a run's rate tells of its own batches, not of another hour, so what
 * runs of one and the same file differ by stands for it: of all pairs of ten such runs each (bench/speed/results/pairs.json), 58 % are 5 % apart, 4.8 %
 * are 30 %.
 */
export const speedMargin = 0.3;

/** What a process holds at its most differs from run to run by about so much. */
export const memoryMargin = 0.05;

/** Whether the rows answer the same question, so that one can be called better. */
export function areAlike(one: CompareGroup, other: CompareGroup): boolean {
  return isSimulated(one) === isSimulated(other) && settingDifferences([one, other]).length === 0;
}

/** Bytes that a row's runs held at their most, graphics memory included; null: not told. */
export function memoryOf({ memory: { peakRssBytes, vramBytes } }: CompareGroup): number | null {
  return peakRssBytes === null ? null : peakRssBytes + (vramBytes ?? 0);
}

function goesFurther(better: CompareGroup, worse: CompareGroup): boolean {
  const [far, near] = [better, worse].map(({ horizons }) => horizons.find(({ s }) => s === 0.5));
  if (far === undefined || near === undefined || near.turns === null || near.high === null) return false;
  if ([far, near].some(({ status }) => status === "unknown")) return false;
  // An interval that begins beyond the turns begins at least one turn after the last.
  return (far.low ?? far.lastTurn + 1) > near.high;
}

/** By {@link speedMargin}, measured alike, and beyond both intervals. */
export function isFaster(better: CompareGroup, worse: CompareGroup): boolean {
  const [fast, slow] = [rateOf(better), rateOf(worse)];
  if (fast === null || slow === null || !isTimedAlike(better, worse)) return false;
  return fast.rate >= slow.rate * (1 + speedMargin) && fast.low > slow.high;
}

/** Right turns a second, as uncertain as the decode rate; null: not known, or nobody knows how uncertain. */
function rateOf({
  correctTurnsPerSecond: rate,
  speed: { aggregate },
}: CompareGroup): { readonly rate: number; readonly low: number; readonly high: number } | null {
  const { decodeTokensPerSecond: decode, decodeInterval } = aggregate;
  const { low, high } = decodeInterval;
  if (rate === null || !decode || low === null || high === null) return null;
  return { rate, low: (rate * low) / decode, high: (rate * high) / decode };
}

function isNoLarger(better: CompareGroup, worse: CompareGroup): boolean {
  const [one, other] = [memoryOf(better), memoryOf(worse)];
  if (one === null || other === null) return one === other;
  return one <= other * (1 + memoryMargin);
}

/**
 * One kind of machine and backend, as many turns and conversations, threads equal or left to the program in both; and nearly
 * all turns played, since fewer conversations, and shorter ones, make another rate.
 */
function isTimedAlike(one: CompareGroup, other: CompareGroup): boolean {
  const placeOf = ({ speeds, settings }: CompareGroup): string =>
    JSON.stringify([...speeds.map(({ machine }) => machine), settings.backend.used]);
  const isSame = (flag: "parallel" | "threads" | "turns"): boolean =>
    one.settings[flag] === other.settings[flag];
  const areAsMany = toldPart(one.settings).count === toldPart(other.settings).count;
  const isAuto = (flag: "parallel" | "threads"): boolean =>
    [one, other].every(({ settings }) => settings.requested[flag] === "auto");
  return (
    placeOf(one) === placeOf(other) &&
    isSame("turns") &&
    (isSame("threads") || isAuto("threads")) &&
    (isSame("parallel") || (isAuto("parallel") && areAsMany)) &&
    [one, other].every(isPlayed)
  );
}

function isPlayed({ overallTurnAccuracy, rollouts, settings }: CompareGroup): boolean {
  return overallTurnAccuracy.n >= 0.95 * rollouts.planned * settings.turns;
}
