import { dictionaryOf, sharedDictionaries } from "./dictionary-clusters.ts";
import type { Observation } from "./logistic-strata.ts";
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

/** Turns that every rate has an answer to, and before which not all rates showed the same share of errors. */
export function tellingTurns(rates: readonly RateSample[]): Set<number> {
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
export function observationsAt(rates: readonly RateSample[], turns: ReadonlySet<number>): Observation[] {
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

/** The observations by instance and, where instances share six dictionaries or more, by dictionary: the wider one counts. */
export function clusteringsOf(
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
