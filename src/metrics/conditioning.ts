import { pooledAccuracy } from "./accuracy.ts";
import { logisticSlope, slopeBound } from "./logistic.ts";
import { type Observation, stratify } from "./logistic-strata.ts";
import { testShares, type SharesTest } from "./paired-shares.ts";
import { fewestEvents, significanceLevel } from "./power.ts";
import {
  clusteringsOf,
  observationsAt,
  type RateSample,
  type ShownTurns,
  tellingTurns,
} from "./planted-turns.ts";
import type { Interval, Proportion } from "./proportion.ts";
import { outerOf } from "./shares-interval.ts";

/** Why no slope can be told. */
export const untoldReasons = [
  "one_rate",
  "one_instance",
  "no_common_turn",
  "alike_shown",
  "all_right",
  "all_wrong",
  "turn_alone",
  "unbounded",
] as const;
export type UntoldReason = (typeof untoldReasons)[number];

/** Right turns, and the mean share of errors among the answers shown before them; null: none was asked. */
export interface ShownShare {
  readonly shown: number | null;
  readonly share: Proportion;
}

/** How errors planted in the history change the turns after them, at turns that all rates reached. */
export interface ConditioningEffect {
  /** Change of the log-odds of a right turn from no errors shown to all; null: right and wrong are parted, or see `reason`. */
  readonly slope: number | null;
  /** 95 %. Where right and wrong are parted only one end is known; where few instances were ever wrong, or right, none is. */
  readonly low: number | null;
  readonly high: number | null;
  /** Instances that all rates together played. */
  readonly clusters: number;
  readonly rates: readonly ({ readonly rate: number } & ShownShare)[];
  /** The same model behind its own history, at the same turns, whatever errors that showed; null: not known. */
  readonly own: ShownShare | null;
  /** The highest rate (first) against the lowest (second), paired by instance. */
  readonly test: SharesTest | null;
  /** Null where a slope or a bound is told. */
  readonly reason: UntoldReason | null;
}

/**
 * The effect of planted errors within one setting. The slope is that of a logistic regression on the share of errors shown,
 * with an intercept for every turn and clusters by instance; it is the effect of seeing errors, not of being a rollout
 * that errs or of a long conversation, since the errors were planted and all rates count at the same turns. Where
 * instances share six dictionaries or more, its interval is never narrower than with these as clusters.
 *
 * @param own the same model's rollouts behind its own history, every turn asked; they enter neither slope nor test
 */
export function conditioningEffect(
  samples: readonly RateSample[],
  own: readonly ShownTurns[] = [],
): ConditioningEffect {
  const rates = samples.toSorted((left, right) => left.rate - right.rate);
  const turns = tellingTurns(rates);
  const observations = observationsAt(rates, turns);
  const clusterings = clusteringsOf(rates, observations);
  const clusters = new Set(rates.flatMap(({ rollouts }) => rollouts.map(({ instance }) => instance))).size;
  const shares = rates.map(({ rate, rollouts }) => ({ rate, ...shownShare(rollouts, turns) }));
  const [lowest, highest] = [rates[0], rates.at(-1)];
  const test =
    lowest === undefined || highest === undefined || rates.length < 2
      ? null
      : testShares(highest.rollouts, lowest.rollouts, {
          turns,
          planned: Math.min(lowest.planned, highest.planned),
        });
  const told = { clusters, rates: shares, own: own.length === 0 ? null : shownShare(own, turns), test };
  const reason = reasonOf(rates, clusters, observations);
  const untold = { slope: null, low: null, high: null, ...told };
  if (reason !== null) return { ...untold, reason };
  const fits = clusterings.flatMap((clustered) => logisticSlope(clustered) ?? []);
  const [fit] = fits;
  if (fit !== undefined) {
    const ends = hasFewChanging(observations) ? { low: null, high: null } : outerOf(fits);
    return { slope: fit.slope, ...ends, ...told, reason: null };
  }
  const ends = outerOf(clusterings.map(knownEnd));
  return { ...untold, ...ends, reason: ends.low === null && ends.high === null ? "unbounded" : null };
}

/**
 * -1: errors shown make a right turn less likely, 1: more likely, 0: neither is shown. Test and slope have to agree;
 * where right and wrong are parted the test decides, and they have to be parted the same way.
 *
 * @param pValue of the effect's test, adjusted for whatever else is claimed beside it
 */
export function effectSide({ slope, low, high, test }: ConditioningEffect, pValue: number): -1 | 0 | 1 {
  if (test === null || pValue >= significanceLevel) return 0;
  const side = test.difference < 0 ? -1 : 1;
  if (slope === null) {
    const isParted = side < 0 ? high !== null : low !== null;
    return isParted ? side : 0;
  }
  const end = side < 0 ? high : low;
  return end !== null && Math.sign(end) === side ? side : 0;
}

/** Of clusters so few of which say anything no spread can be told, and one of them alone would make it look small. */
function hasFewChanging(observations: readonly Observation[]): boolean {
  const having = (isCorrect: boolean): number =>
    new Set(observations.filter((one) => one.isCorrect === isCorrect).map(({ cluster }) => cluster)).size;
  return Math.min(having(true), having(false)) < fewestEvents;
}

/** Where right and wrong are parted. */
function knownEnd(observations: readonly Observation[]): Interval {
  const told = slopeBound(observations);
  return {
    low: told?.side === 1 ? told.bound : null,
    high: told?.side === -1 ? told.bound : null,
  };
}

function shownShare(rollouts: readonly ShownTurns[], turns: ReadonlySet<number>): ShownShare {
  const shares = rollouts.flatMap(({ answers, shown }) =>
    shown.filter((_, index) => turns.has(index + 1) && (answers[index] ?? null) !== null),
  );
  const known = shares.filter((share) => share !== null);
  return {
    shown: known.length === 0 ? null : known.reduce((sum, share) => sum + share, 0) / known.length,
    share: shareAt(rollouts, turns),
  };
}

function shareAt(rollouts: readonly ShownTurns[], turns: ReadonlySet<number>): Proportion {
  return pooledAccuracy(
    rollouts.map(({ answers, dictionary }) => {
      const counted = answers.filter((answer, index) => answer !== null && turns.has(index + 1));
      const tally = { n: counted.length, correct: counted.filter((answer) => answer === true).length };
      return dictionary === undefined ? tally : { ...tally, dictionary };
    }),
  );
}

function reasonOf(
  rates: readonly RateSample[],
  clusters: number,
  observations: readonly Observation[],
): UntoldReason | null {
  if (rates.length < 2) return "one_rate";
  if (clusters < 2) return "one_instance";
  if (observations.length === 0) return isAnyCommon(rates) ? "alike_shown" : "no_common_turn";
  if (observations.every(({ isCorrect }) => isCorrect)) return "all_right";
  if (!observations.some(({ isCorrect }) => isCorrect)) return "all_wrong";
  return stratify(observations).strata.length === 0 ? "turn_alone" : null;
}

function isAnyCommon(rates: readonly RateSample[]): boolean {
  const answered = rates.map(
    ({ rollouts }) =>
      new Set(
        rollouts.flatMap(({ answers, shown }) =>
          answers.flatMap((answer, index) =>
            answer === null || (shown[index] ?? null) === null ? [] : [index + 1],
          ),
        ),
      ),
  );
  const [first, ...others] = answered;
  return [...(first ?? [])].some((turn) => others.every((turns) => turns.has(turn)));
}
