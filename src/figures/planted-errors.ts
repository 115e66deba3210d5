import { conditioningEffect, type ConditioningEffect } from "../metrics/conditioning.ts";
import type { RateSample, ShownTurns } from "../metrics/planted-turns.ts";
import { newestFirst } from "../reading/choose.ts";
import { identitiesOf, modelOf } from "../reading/identity.ts";
import { fullest } from "../reading/repeats.ts";
import type { RunRows } from "../reading/rows.ts";
import { areAlike, subjectOf } from "../reading/settings.ts";
import { historyFacts, type PlantedErrors } from "../settings/stored.ts";
import type { RunRecord } from "../store/rows.ts";
import { turnSample } from "./turn-answers.ts";

/** How errors are planted, at whatever rate. */
export type PlantedKind = Omit<PlantedErrors, "rate">;

/** Runs of one model under one setting that showed planted errors, at whatever rates. */
export interface PlantedSetting {
  /** One of them. */
  readonly run: RunRecord;
  readonly planted: PlantedKind;
  readonly rates: ReadonlyMap<number, readonly RunRows[]>;
  /** Runs of the same model under the same setting whose history was its own to the end. */
  readonly own: readonly RunRows[];
}

/**
 * Runs with planted errors, those together that differ in nothing but the rate. Models are told apart by their files.
 * Histories that are not wholly planted (stripped, windowed, ...) are left out; the model's own stands beside.
 */
export function plantedSettings(stored: readonly RunRows[]): PlantedSetting[] {
  const settings = new Map<string, { run: RunRecord; planted: PlantedKind; rates: Map<number, RunRows[]> }>();
  const identityOf = identitiesOf(stored.map(({ run }) => withoutRate(run)));
  for (const one of stored) {
    const { run } = one;
    const errors = historyFacts(run.settings.history)?.planted ?? null;
    if (errors === null) continue;
    const { rate, ...planted } = errors;
    const key = identityOf(withoutRate(run));
    const setting = settings.get(key) ?? { run, planted, rates: new Map() };
    settings.set(key, setting);
    setting.rates.set(rate, [...(setting.rates.get(rate) ?? []), one]);
  }
  const ownIdentity = identitiesOf(stored.map(({ run }) => asOwn(run)));
  return [...settings.values()].map((setting) => {
    const wanted = ownIdentity(asOwn(setting.run));
    return { ...setting, own: stored.filter(({ run }) => ownIdentity(run) === wanted) };
  });
}

/**
 * A run as if it had been asked every turn behind its own history, also after its first error: else only rollouts without
 * one would be seen late.
 */
function asOwn(run: RunRecord): RunRecord {
  return { ...run, settings: { ...run.settings, history: "own", probe: null, until: "end" } };
}

/** Whether two models were asked alike but for the rates. */
export function areTwoModels(one: PlantedSetting, other: PlantedSetting): boolean {
  const subjects = [one, other].map(({ run }) => subjectOf(withoutRate(run)));
  return modelOf(one.run) !== modelOf(other.run) && areAlike(subjects);
}

/** A run as if its errors were planted at no rate in particular. */
function withoutRate(run: RunRecord): RunRecord {
  const { settings } = run;
  const errors = historyFacts(settings.history)?.planted ?? null;
  if (errors === null) return run;
  const { rate: _rate, ...planted } = errors;
  return { ...run, settings: { ...settings, history: JSON.stringify(planted) } };
}

/** How the log-odds of a right turn change with the share of errors shown, all rates of a setting together. */
export function plantedEffect(setting: PlantedSetting): ConditioningEffect {
  const own = setting.own.length === 0 ? [] : shownTurns(setting.own).rollouts;
  return conditioningEffect(rateSamples(setting), own);
}

/** What was played at each rate. */
export function rateSamples({ rates }: PlantedSetting): RateSample[] {
  return [...rates].map(([rate, stored]) => ({ rate, ...shownTurns(stored) }));
}

function shownTurns(stored: readonly RunRows[]): Omit<RateSample, "rate"> {
  // Rows that were named by their numbers may repeat each other: that is no new evidence.
  const oldestFirst = stored.toSorted(newestFirst).toReversed();
  const samples = fullest(oldestFirst).kept.map((rows) => ({ rows, ...turnSample([rows]) }));
  return {
    rollouts: samples.flatMap(({ rows, answers }) => {
      const shown = new Map<number, (number | null)[]>();
      for (const { rollout, turn, errorShare } of rows.shown ?? []) {
        const shares = shown.get(rollout) ?? [];
        shares[turn - 1] = errorShare;
        shown.set(rollout, shares);
      }
      return answers.map((one, index): ShownTurns => {
        const shares = shown.get(rows.tracks[index]?.rollout ?? -1) ?? [];
        return { ...one, shown: Array.from(shares, (share) => share ?? null) };
      });
    }),
    planned: Math.max(...samples.map(({ planned }) => planned)),
  };
}
