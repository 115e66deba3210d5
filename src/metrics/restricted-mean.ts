import { type Dictionaries, dictionariesOf } from "./dictionary-clusters.ts";
import { normalQuantile, studentQuantile } from "./distributions.ts";
import { greenwoodTerm } from "./greenwood.ts";
import type { PlayedRollout } from "./played-rollout.ts";
import { confidenceLevel } from "./proportion.ts";
import { type RiskRow, riskRows } from "./risk-rows.ts";
import type { RolloutSurvival } from "./survival.ts";

/** A mean number of turns, or a difference of two, with its 95 % interval. */
export interface MeanTurns {
  readonly limit: number;
  readonly mean: number;
  /** 0 where all were alike, which says nothing of how sure that is; the interval is null there. */
  readonly standardError: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The mean number of turns before the first error, none counted after turn `limit`: the area under the task-accuracy curve,
 * sum of S(t) for t = 1..limit, as in `meanTurnsSurvived`. Its variance is sum over t of A(t)^2 d / (n (n - d)) with
 * A(t) = S(t) + ... + S(limit) (Greenwood's; Klein and Moeschberger 2003, 4.5.3). The interval is normal and kept to
 * what is possible.
 *
 * @returns null where the curve is not known as far as the limit
 */
export function restrictedMean(rows: readonly RiskRow[], limit: number): MeanTurns | null {
  const survival = survivalUpTo(rows, limit);
  if (survival === null) return null;
  let area = 0;
  let variance = 0;
  for (let turn = limit; turn >= 1; turn--) {
    area += survival[turn - 1] ?? 0;
    const row = rows[turn - 1];
    if (row !== undefined) variance += area ** 2 * greenwoodTerm(row.atRisk, row.firstErrors);
  }
  return keptPossible(withInterval(limit, area, Math.sqrt(variance), null));
}

/**
 * How many turns further the first gets on average, from rollouts of the same instances, so that what an instance has of
 * its own cancels: the mean of differences
 * in min(turns before the first error, limit), with Student's t interval. Where that number is not known for a rollout
 * that was cut short, every rollout of its sample stands for n M - (n - 1) M', with M the restricted mean of the n
 * rollouts and M' without this one (pseudo-values, Andersen, Hansen and Klein 2004): the number itself where nothing is
 * censored.
 *
 * Instances that only one of the two played are left out, and so are rollouts that finished no turn. Where the pairs share
 * six dictionaries or more, the differences are summed by dictionary ({@link clusteredSpread}), and the interval is never
 * narrower than that by pairs.
 *
 * @param level of the interval
 * @returns null with fewer than two pairs, or where a mean, also without one rollout, is not known as far as the limit
 */
export function pairedMeanDifference(
  first: readonly PlayedRollout[],
  second: readonly PlayedRollout[],
  limit: number,
  level = confidenceLevel,
): (MeanTurns & { readonly pairs: number }) | null {
  const partners = new Map(
    second.filter(({ lastTurn }) => lastTurn > 0).map((rollout) => [rollout.instance, rollout]),
  );
  const left = first.filter(({ lastTurn, instance }) => lastTurn > 0 && partners.has(instance));
  const right = left.flatMap(({ instance }) => partners.get(instance) ?? []);
  const pairs = left.length;
  const [mine, theirs] = [turnsSurvived(left, limit), turnsSurvived(right, limit)];
  if (mine === null || theirs === null || pairs < 2) return null;
  const differences = mine.map((turns, index) => turns - (theirs[index] ?? 0));
  const mean = meanOf(differences);
  const squares = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / (pairs - 1) / pairs);
  const dictionaries = dictionariesOf(left.map(({ dictionary }) => dictionary));
  if (dictionaries.scope !== "clusters")
    return { ...withInterval(limit, mean, standardError, pairs - 1, level), pairs };
  const spread = Math.max(standardError, clusteredSpread(differences, dictionaries));
  return { ...withInterval(limit, mean, spread, dictionaries.effective - 1, level), pairs };
}

/**
 * The standard error of a mean whose values fall together by dictionary: the root of G/(G-1) times the sum over dictionaries
 * of (sum of its values - its count times the mean)^2, over the count of all values (Cochran 1977, 6.4).
 */
export function clusteredSpread(values: readonly number[], { count, places }: Dictionaries): number {
  const mean = meanOf(values);
  const sums = new Float64Array(count);
  for (const [index, value] of values.entries()) {
    const place = places[index] ?? 0;
    sums[place] = (sums[place] ?? 0) + value - mean;
  }
  const squares = sums.reduce((sum, own) => sum + own ** 2, 0);
  return Math.sqrt((squares * count) / (count - 1)) / values.length;
}

/** @param degreesOfFreedom of Student's t; null: normal */
export function withInterval(
  limit: number,
  mean: number,
  standardError: number,
  degreesOfFreedom: number | null,
  level = confidenceLevel,
): MeanTurns {
  const quantile = (1 + level) / 2;
  const factor =
    degreesOfFreedom === null ? normalQuantile(quantile) : studentQuantile(quantile, degreesOfFreedom);
  const reach = factor * standardError;
  const isKnown = standardError > 0;
  return {
    limit,
    mean,
    standardError,
    low: isKnown ? mean - reach : null,
    high: isKnown ? mean + reach : null,
  };
}

/** The interval of a mean, which lies between no turn and all of them. */
export function keptPossible(found: MeanTurns): MeanTurns {
  const { low, high, limit } = found;
  return {
    ...found,
    low: low === null ? null : Math.max(0, low),
    high: high === null ? null : Math.min(limit, high),
  };
}

/** S(1), ..., S(limit) by Kaplan and Meier; null where nobody is left to tell. */
function survivalUpTo(rows: readonly RiskRow[], limit: number): number[] | null {
  const survival: number[] = [];
  let share = 1;
  for (let turn = 1; turn <= limit; turn++) {
    const { atRisk, firstErrors } = rows[turn - 1] ?? { atRisk: 0, firstErrors: 0 };
    if (share > 0) {
      if (atRisk === 0) return null;
      share *= (atRisk - firstErrors) / atRisk;
    }
    survival.push(share);
  }
  return survival;
}

/** Turns before the first error of each rollout, at most `limit`: plain where all are known, else pseudo-values. */
export function turnsSurvived(rollouts: readonly RolloutSurvival[], limit: number): number[] | null {
  const plain = rollouts.map(({ lastTurn, firstErrorTurn }) => {
    if (firstErrorTurn !== null) return Math.min(firstErrorTurn - 1, limit);
    return lastTurn >= limit ? limit : null;
  });
  const known = plain.filter((turns) => turns !== null);
  return known.length === plain.length ? known : pseudoValues(rollouts, limit);
}

/** Rollouts with the same end have the same value, so there are few to reckon. */
function pseudoValues(rollouts: readonly RolloutSurvival[], limit: number): number[] | null {
  const rows = riskRows(rollouts);
  const whole = areaUpTo(rows, limit);
  if (whole === null) return null;
  const n = rollouts.length;
  const found = new Map<string, number | null>();
  const values = rollouts.map(({ lastTurn, firstErrorTurn }) => {
    const end = firstErrorTurn ?? lastTurn;
    const key = `${end} ${firstErrorTurn !== null}`;
    let value = found.get(key);
    if (value === undefined) {
      const rest = areaUpTo(withoutOne(rows, end, firstErrorTurn !== null), limit);
      value = rest === null ? null : n * whole - (n - 1) * rest;
      found.set(key, value);
    }
    return value;
  });
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? known : null;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function areaUpTo(rows: readonly RiskRow[], limit: number): number | null {
  return survivalUpTo(rows, limit)?.reduce((sum, share) => sum + share, 0) ?? null;
}

function withoutOne(rows: readonly RiskRow[], end: number, isError: boolean): RiskRow[] {
  return rows.map(({ turn, atRisk, firstErrors }) => ({
    turn,
    atRisk: turn <= end ? atRisk - 1 : atRisk,
    firstErrors: isError && turn === end ? firstErrors - 1 : firstErrors,
  }));
}
