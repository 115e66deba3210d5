import { holmAdjusted } from "../../metrics/log-rank.ts";
import {
  conditioningEffect,
  type ConditioningEffect,
  effectSide,
  type RateSample,
  type ShownTurns,
} from "../../metrics/conditioning.ts";
import type { RunRecord } from "../../store/rows.ts";
import { identityOf } from "../../reading/identity.ts";
import { modelNames } from "../../figures/model-names.ts";
import type { CompareGroup, ConditioningSlope } from "../../figures/compare-schema.ts";
import { printable } from "../words/labels.ts";
import { newestFirst } from "../../reading/choose.ts";
import { fullest } from "../../reading/repeats.ts";
import type { RunRows } from "../../reading/rows.ts";
import { descriptionSentence } from "../sentences/conditioning.ts";
import { turnSample } from "../../figures/turn-answers.ts";
import { listed } from "../words/words.ts";

/**
 * For each model and setting with planted errors: how the log-odds of a right turn change with the share of errors shown, all
 * rates of that setting together. Models are told apart by their files, settings by everything but the rate. Histories
 * that are not wholly planted (own, stripped, windowed, ...) have no slope: there errors shown stand for much else.
 */
export function conditioningSlopes(stored: readonly RunRows[]): ConditioningSlope[] {
  const settings = new Map<string, Setting>();
  for (const one of stored) {
    const { run } = one;
    const planted = plantedErrors(run.settings.history);
    if (planted === null) continue;
    const key = identityOf({ ...run, settings: { ...run.settings, history: planted.kind } });
    const setting = settings.get(key) ?? { run, kind: kindOf(run, planted.kind), rates: new Map() };
    settings.set(key, setting);
    setting.rates.set(planted.rate, [...(setting.rates.get(planted.rate) ?? []), one]);
  }
  const told = [...settings.values()].map((setting) => ({ setting, effect: effectOf(setting) }));
  const adjusted = holmAdjusted(told.map(({ effect }) => effect.test?.pValue ?? 1));
  const names = namesOf(told.map(({ setting }) => setting));
  return told.map(({ effect }, index) => {
    const { model, kind } = names[index] ?? { model: "", kind: "" };
    return described(model, kind, effect, adjusted[index] ?? 1);
  });
}

/** Of rows whose shown errors were not all planted: what goes with them, and no slope. */
export function describedHistories(
  rows: readonly Pick<CompareGroup, "label" | "conditioning" | "settings">[],
): string[] {
  return rows.flatMap(({ label, conditioning, settings }) =>
    conditioning === null || plantedErrors(settings.history) !== null
      ? []
      : [descriptionSentence(label, conditioning)],
  );
}

interface Setting {
  readonly run: RunRecord;
  readonly kind: string;
  readonly rates: Map<number, RunRows[]>;
}

function effectOf({ rates }: Setting): ConditioningEffect {
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

function described(
  model: string,
  kind: string,
  effect: ConditioningEffect,
  adjustedPValue: number,
): ConditioningSlope {
  const { slope, low, high, clusters, rates, test, reason } = effect;
  const side = effectSide(effect, adjustedPValue);
  return {
    model,
    kind,
    slope,
    low,
    high,
    clusters,
    rates: rates.map(({ rate, share }) => ({ rate, ...share })),
    test:
      test === null
        ? null
        : {
            difference: test.difference,
            low: test.low,
            high: test.high,
            pValue: test.pValue,
            adjustedPValue,
            pairs: test.pairs,
            isOpen: test.isOpen,
          },
    effect: side === 0 ? null : side < 0 ? "fewer_right" : "more_right",
    reason,
  };
}

/** The rate of a wholly planted history, and its text without the rate and the run replayed; null for any other. */
function plantedErrors(history: string): { rate: number; kind: string } | null {
  const [, text] = /^injected:(.*)$/.exec(history) ?? [];
  if (text === undefined) return null;
  const parts = text.split(",");
  const rate = parts.find((part) => part.startsWith("rate="))?.slice("rate=".length);
  const kind = parts.filter((part) => !part.startsWith("rate=") && !part.startsWith("run=")).join(",");
  return rate === undefined ? null : { rate: Number(rate), kind };
}

/** "cot, noise, up to 10, block late" */
function kindOf({ settings }: RunRecord, planted: string): string {
  const { prompt, thinking } = settings;
  const mode = thinking === "on" ? ["thinking"] : prompt === "direct" ? [] : [prompt];
  const parts = planted
    .split(",")
    .filter((part) => part !== "block=all" && part !== "role=assistant")
    .map((part) => part.replace("error=", "").replace("magnitude=", "up to ").replace("=", " "));
  return [...mode, ...parts].join(", ");
}

/** Models of one name are told apart by their files, settings of one kind by their runs. */
function namesOf(settings: readonly Setting[]): { model: string; kind: string }[] {
  const nameOf = modelNames(settings.map(({ run }) => run));
  const models = settings.map(({ run }) => nameOf(run));
  const texts = settings.map(({ kind }, index) => JSON.stringify([models[index], kind]));
  return settings.map(({ kind, rates }, index) => {
    const isOne = texts.filter((text) => text === texts[index]).length === 1;
    const ids = [...rates.values()].flat().map(({ id }) => id);
    return {
      model: printable(models[index] ?? ""),
      kind: isOne ? kind : `${kind}, ${ids.length === 1 ? "run" : "runs"} ${listed(ids)}`,
    };
  });
}
