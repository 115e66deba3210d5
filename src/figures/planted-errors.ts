import {
  conditioningEffect,
  type ConditioningEffect,
  type RateSample,
  type ShownTurns,
} from "../metrics/conditioning.ts";
import { newestFirst } from "../reading/choose.ts";
import { identitiesOf } from "../reading/identity.ts";
import { fullest } from "../reading/repeats.ts";
import type { RunRows } from "../reading/rows.ts";
import type { RunRecord } from "../store/rows.ts";
import { turnSample } from "./turn-answers.ts";

/** Runs of one model under one setting that showed planted errors, at whatever rates. */
export interface PlantedSetting {
  /** One of them. */
  readonly run: RunRecord;
  /** The history without its rate: "error=noise,magnitude=10". */
  readonly planted: string;
  readonly rates: ReadonlyMap<number, readonly RunRows[]>;
}

/**
 * Runs with planted errors, those together that differ in nothing but the rate. Models are told apart by their files.
 * Histories that are not wholly planted (own, stripped, windowed, ...) are left out.
 */
export function plantedSettings(stored: readonly RunRows[]): PlantedSetting[] {
  const settings = new Map<string, { run: RunRecord; planted: string; rates: Map<number, RunRows[]> }>();
  const identityOf = identitiesOf(stored.map(({ run }) => withoutRate(run)));
  for (const one of stored) {
    const { run } = one;
    const errors = plantedErrors(run.settings.history);
    if (errors === null) continue;
    const key = identityOf(withoutRate(run));
    const setting = settings.get(key) ?? { run, planted: errors.planted, rates: new Map() };
    settings.set(key, setting);
    setting.rates.set(errors.rate, [...(setting.rates.get(errors.rate) ?? []), one]);
  }
  return [...settings.values()];
}

function withoutRate(run: RunRecord): RunRecord {
  const { settings } = run;
  const history = plantedErrors(settings.history)?.planted ?? settings.history;
  return { ...run, settings: { ...settings, history } };
}

/** The rate of a wholly planted history, and its text without the rate and the run replayed; null for any other. */
export function plantedErrors(history: string): { rate: number; planted: string } | null {
  const [, text] = /^injected:(.*)$/.exec(history) ?? [];
  if (text === undefined) return null;
  const parts = text.split(",");
  const rate = parts.find((part) => part.startsWith("rate="))?.slice("rate=".length);
  const planted = parts.filter((part) => !part.startsWith("rate=") && !part.startsWith("run=")).join(",");
  return rate === undefined ? null : { rate: Number(rate), planted };
}

/** How the log-odds of a right turn change with the share of errors shown, all rates of a setting together. */
export function plantedEffect({ rates }: PlantedSetting): ConditioningEffect {
  return conditioningEffect([...rates].map(([rate, stored]) => rateSample(rate, stored)));
}

function rateSample(rate: number, stored: readonly RunRows[]): RateSample {
  // Rows that were named by their numbers may repeat each other: that is no new evidence.
  const oldestFirst = stored.toSorted(newestFirst).toReversed();
  const samples = fullest(oldestFirst).kept.map((rows) => ({ rows, ...turnSample([rows]) }));
  return {
    rate,
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
