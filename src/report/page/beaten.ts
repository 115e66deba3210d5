import { isSimulated, settingDifferences } from "../../reading/settings.ts";
import { toldPart } from "../../reading/study.ts";
import type { CompareGroup, ComparePair } from "../../figures/compare-schema.ts";

/**
 * Which rows are worse than another one both in how far they get and in how fast they decode. A row is never called
 * worse where that is in doubt:
 *
 * - how far: a difference is shown between the two curves, and the interval of the better one's H50 lies wholly above
 *   that of the other. A horizon that is open (beyond its turns, or its interval is) or unknown never loses;
 * - how fast: at least {@link speedMargin} more decoded tokens a second, measured alike;
 * - rows that differ in what decides the result are never set against each other.
 *
 * @returns beside `groups`, for each row the labels of those that beat it
 */
export function beatenBy(groups: readonly CompareGroup[], pairs: readonly ComparePair[]): string[][] {
  return groups.map((group) =>
    groups
      .filter((other) => other !== group && areAlike(other, group))
      .filter((other) => isShown(pairs, other, group) && goesFurther(other, group) && isFaster(other, group))
      .map(({ label }) => label),
  );
}

/**
 * By how much one must decode faster. The interval of a run's rate tells of its own batches, not of another hour, so what
 * runs of one and the same file differ by stands for it: of all pairs of ten such runs each (bench/speed/results/pairs.json), 58 % are 5 % apart, 4.8 %
 * are 30 %.
 */
export const speedMargin = 0.3;

/** Whether the rows answer the same question, so that one can be called better. */
export function areAlike(one: CompareGroup, other: CompareGroup): boolean {
  return isSimulated(one) === isSimulated(other) && settingDifferences([one, other]).length === 0;
}

function isShown(pairs: readonly ComparePair[], better: CompareGroup, worse: CompareGroup): boolean {
  return pairs.some(
    ({ ahead, behind, isShown: shown }) => shown && ahead === better.label && behind === worse.label,
  );
}

function goesFurther(better: CompareGroup, worse: CompareGroup): boolean {
  const [far, near] = [better, worse].map(({ horizons }) => horizons.find(({ s }) => s === 0.5));
  if (far === undefined || near === undefined || near.turns === null || near.high === null) return false;
  if ([far, near].some(({ status }) => status === "unknown")) return false;
  // An interval that begins beyond the turns begins at least one turn after the last.
  return (far.low ?? far.lastTurn + 1) > near.high;
}

function isFaster(better: CompareGroup, worse: CompareGroup): boolean {
  const [fast, slow] = [better, worse].map(({ speed }) => speed.aggregate.decodeTokensPerSecond);
  if (typeof fast !== "number" || typeof slow !== "number") return false;
  return isTimedAlike(better, worse) && fast >= slow * (1 + speedMargin);
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
