import { Random } from "../random.ts";
import { studentQuantile } from "./distributions.ts";
import { percentiles } from "./percentile.ts";

/** An estimate with the ends of its 95 % interval. */
export interface Between {
  readonly low: number;
  readonly high: number;
}

export interface RepetitionSummary {
  readonly median: number | null;
  /** Mean and sample standard deviation, as llama-bench prints them. */
  readonly mean: number | null;
  readonly deviation: number | null;
  /** 95 % of the geometric mean by Student's t on logarithms; null for fewer than three. */
  readonly interval: Between | null;
}

/** What repetitions of one measurement come to. @param rates above 0, in the order in which they were measured */
export function summarizeRepetitions(rates: readonly number[]): RepetitionSummary {
  const n = rates.length;
  if (n === 0) return { median: null, mean: null, deviation: null, interval: null };
  const mean = meanOf(rates);
  const logs = rates.map(Math.log);
  return {
    median: medianOf(rates),
    mean,
    deviation: n < 2 ? null : Math.sqrt(varianceOf(rates)),
    interval: n < 3 ? null : around(meanOf(logs), Math.sqrt(varianceOf(logs) / n), n - 1),
  };
}

/** A trend over repetitions. */
export interface Drift {
  /** Last over first repetition on the fitted line: 0.9 is a tenth slower at the end. */
  readonly ratio: number;
}

/** Repetitions from which a trend can be told from noise. */
const driftFrom = 5;
/** A trend of less than this over all repetitions changes nothing that anybody acts on. */
const driftLeast = 0.02;

/**
 * A trend over repetitions beyond their noise: the slope of logarithms against the order, two-sided at 1 %, and 2 % from
 * first to last at least. A machine that gets hot, or that wakes up.
 *
 * @returns null: none that shows
 */
export function driftOf(rates: readonly number[]): Drift | null {
  const n = rates.length;
  if (n < driftFrom) return null;
  const logs = rates.map(Math.log);
  const [middle, mean] = [(n - 1) / 2, meanOf(logs)];
  const spread = logs.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  const slope = logs.reduce((sum, log, index) => sum + (index - middle) * (log - mean), 0) / spread;
  const residue = logs.reduce((sum, log, index) => sum + (log - mean - slope * (index - middle)) ** 2, 0);
  const error = Math.sqrt(residue / (n - 2) / spread);
  const ratio = Math.exp(slope * (n - 1));
  const isBeyondNoise = Math.abs(slope) > error * studentQuantile(0.995, n - 2);
  return isBeyondNoise && Math.abs(ratio - 1) >= driftLeast ? { ratio } : null;
}

export interface Ratio extends Partial<Between> {
  readonly ratio: number;
}

/**
 * How many times as fast the one is as the other where both were measured by themselves: ratio of geometric means with
 * Welch's 95 % interval on logarithms.
 *
 * @returns null where one has none; without an interval where one has fewer than two
 */
export function rateChange(after: readonly number[], before: readonly number[]): Ratio | null {
  if (after.length === 0 || before.length === 0) return null;
  const [later, earlier] = [after.map(Math.log), before.map(Math.log)];
  const difference = meanOf(later) - meanOf(earlier);
  if (later.length < 2 || earlier.length < 2) return { ratio: Math.exp(difference) };
  const [one, other] = [varianceOf(later) / later.length, varianceOf(earlier) / earlier.length];
  const error = Math.sqrt(one + other);
  if (error === 0)
    return { ratio: Math.exp(difference), low: Math.exp(difference), high: Math.exp(difference) };
  const degrees = (one + other) ** 2 / (one ** 2 / (later.length - 1) + other ** 2 / (earlier.length - 1));
  return { ratio: Math.exp(difference), ...around(difference, error, Math.max(1, Math.floor(degrees))) };
}

/**
 * Ratio of medians of two that were measured in turns, with the 95 % percentile bootstrap over pairs: what slowed the
 * machine for a while slowed both.
 *
 * @param ours and theirs of the same length, by pair
 */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): Required<Ratio> | null {
  if (ours.length === 0 || ours.length !== theirs.length) return null;
  const random = new Random("pairs");
  const ratios = Array.from({ length: 4000 }, () => {
    const drawn = ours.map(() => random.below(ours.length));
    const [one, other] = [ours, theirs].map((rates) => medianOf(drawn.map((index) => rates[index] ?? 0)));
    return (one ?? 0) / (other ?? 1);
  }).toSorted((a, b) => a - b);
  return { ratio: medianOf(ours) / medianOf(theirs), low: ratios[100] ?? 0, high: ratios[3899] ?? 0 };
}

/** @throws RangeError of none */
export function medianOf(values: readonly number[]): number {
  const [middle] = percentiles(values, [50]);
  if (middle === null || middle === undefined) throw new RangeError("no median of nothing");
  return middle;
}

function around(middle: number, error: number, degrees: number): Between {
  const half = error * studentQuantile(0.975, degrees);
  return { low: Math.exp(middle - half), high: Math.exp(middle + half) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
