import { pooledAccuracy } from "./accuracy.ts";
import { dictionaryOf, sharedDictionaries } from "./dictionary-clusters.ts";
import { logisticSlope, slopeBound } from "./logistic.ts";
import type { Observation } from "./logistic-strata.ts";
import { testShares, type SharesTest } from "./paired-shares.ts";
import { significanceLevel } from "./power.ts";
import type { Proportion } from "./proportion.ts";
import type { TurnAnswers } from "./turn-answers.ts";

/** A rollout whose history was made up, and what share of the answers shown before each of its turns was wrong. */
export interface ShownTurns extends TurnAnswers {
  /** Element i belongs to turn i + 1; null: no answer was shown before it. */
  readonly shown: readonly (number | null)[];
}

/** What was played with errors planted at one rate. */
export interface RateSample {
  readonly rate: number;
  readonly rollouts: readonly ShownTurns[];
  /** Turns that its rollouts were meant to have. */
  readonly planned: number;
}

/** Why no slope can be told. */
export const untoldReasons = [
  "one_rate",
  "one_instance",
  "no_common_turn",
  "alike_shown",
  "all_right",
  "all_wrong",
  "turn_alone",
] as const;
export type UntoldReason = (typeof untoldReasons)[number];

/** How errors planted in the history change the turns after them, at turns that all rates reached. */
export interface ConditioningEffect {
  /** Change of the log-odds of a right turn from no errors shown to all; null: right and wrong are parted, or see `reason`. */
  readonly slope: number | null;
  /** 95 %. Where right and wrong are parted only one end is known. */
  readonly low: number | null;
  readonly high: number | null;
  /** Instances that all rates together played. */
  readonly clusters: number;
  readonly rates: readonly { readonly rate: number; readonly share: Proportion }[];
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
 */
export function conditioningEffect(samples: readonly RateSample[]): ConditioningEffect {
  const rates = samples.toSorted((left, right) => left.rate - right.rate);
  const turns = tellingTurns(rates);
  const observations = observationsAt(rates, turns);
  const clusterings = clusteringsOf(rates, observations);
  const clusters = new Set(rates.flatMap(({ rollouts }) => rollouts.map(({ instance }) => instance))).size;
  const shares = rates.map(({ rate, rollouts }) => ({ rate, share: shareAt(rollouts, turns) }));
  const [lowest, highest] = [rates[0], rates.at(-1)];
  const test =
    lowest === undefined || highest === undefined || rates.length < 2
      ? null
      : testShares(highest.rollouts, lowest.rollouts, {
          turns,
          planned: Math.min(lowest.planned, highest.planned),
        });
  const told = { clusters, rates: shares, test };
  const reason = reasonOf(rates, clusters, observations);
  const untold = { slope: null, low: null, high: null, ...told };
  if (reason !== null) return { ...untold, reason };
  const fits = clusterings.flatMap((clustered) => logisticSlope(clustered) ?? []);
  const [fit] = fits;
  if (fit !== undefined) {
    const [low, high] = [Math.min(...fits.map((one) => one.low)), Math.max(...fits.map((one) => one.high))];
    return { slope: fit.slope, low, high, ...told, reason: null };
  }
  const bounds = clusterings.flatMap((clustered) => slopeBound(clustered) ?? []);
  const [parted] = bounds;
  if (parted === undefined) return { ...untold, reason: "turn_alone" };
  const ends = bounds.map(({ bound }) => bound);
  return parted.side > 0
    ? { ...untold, low: Math.min(...ends), reason: null }
    : { ...untold, high: Math.max(...ends), reason: null };
}

/** The observations by instance and, where instances share six dictionaries or more, by dictionary: the wider one counts. */
function clusteringsOf(
  rates: readonly RateSample[],
  observations: readonly Observation[],
): (readonly Observation[])[] {
  const rollouts = rates.flatMap((rate) => rate.rollouts);
  if (sharedDictionaries(rollouts).scope !== "clusters") return [observations];
  const names = new Map(rollouts.map((rollout) => [rollout.instance, dictionaryOf(rollout)]));
  return [
    observations,
    observations.map((one) => ({ ...one, cluster: names.get(String(one.cluster)) ?? one.cluster })),
  ];
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

/** Turns that every rate has an answer to, and before which not all rates showed the same share of errors. */
function tellingTurns(rates: readonly RateSample[]): Set<number> {
  const seen = rates.map(({ rollouts }) => {
    const shares = new Map<number, { least: number; most: number }>();
    for (const { answers, shown } of rollouts)
      for (let index = 0; index < answers.length; index++) {
        const share = shown[index] ?? null;
        if (share === null || (answers[index] ?? null) === null) continue;
        const known = shares.get(index + 1) ?? { least: share, most: share };
        shares.set(index + 1, { least: Math.min(known.least, share), most: Math.max(known.most, share) });
      }
    return shares;
  });
  const [first, ...others] = seen;
  const common = [...(first ?? new Map<number, unknown>()).keys()].filter((turn) =>
    others.every((shares) => shares.has(turn)),
  );
  return new Set(
    common.filter((turn) => {
      const ends = seen.flatMap((shares) => {
        const { least = 0, most = 0 } = shares.get(turn) ?? {};
        return [least, most];
      });
      return Math.max(...ends) > Math.min(...ends);
    }),
  );
}

/** Turns of an instance count where all rates that played it have an answer. */
function observationsAt(rates: readonly RateSample[], turns: ReadonlySet<number>): Observation[] {
  const byInstance = new Map<string, ShownTurns[]>();
  for (const { rollouts } of rates)
    for (const rollout of rollouts)
      byInstance.set(rollout.instance, [...(byInstance.get(rollout.instance) ?? []), rollout]);
  return [...byInstance].flatMap(([cluster, rollouts]) =>
    [...turns].flatMap((turn): Observation[] => {
      const found = rollouts.map(({ answers, shown }) => ({
        isCorrect: answers[turn - 1] ?? null,
        covariate: shown[turn - 1] ?? null,
      }));
      const known = found.flatMap(({ isCorrect, covariate }) =>
        isCorrect === null || covariate === null ? [] : [{ cluster, stratum: turn, isCorrect, covariate }],
      );
      return known.length === found.length ? known : [];
    }),
  );
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
  return observations.some(({ isCorrect }) => isCorrect) ? null : "all_wrong";
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
