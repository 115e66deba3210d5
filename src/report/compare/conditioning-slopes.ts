import { holmAdjusted } from "../../metrics/log-rank.ts";
import { type ConditioningEffect, effectSide } from "../../metrics/conditioning.ts";
import { conditioningDifference } from "../../metrics/conditioning-difference.ts";
import type { LogisticDifference } from "../../metrics/logistic-difference.ts";
import type { ConditioningSlope, SlopePair } from "../../figures/slope-schema.ts";
import { significanceLevel } from "../../metrics/power.ts";
import { modelNames } from "../../figures/model-names.ts";
import {
  areTwoModels,
  plantedEffect,
  type PlantedSetting,
  rateSamples,
} from "../../figures/planted-errors.ts";
import { isThinking } from "../../reading/is-thinking.ts";
import { visible } from "../../visible-text.ts";
import { listed } from "../words/words.ts";

/**
 * The effect of planted errors for each model and setting, with p-values adjusted for all of them. Histories that are not
 * wholly planted have no slope: errors that they show stand for much else.
 */
export function conditioningSlopes(settings: readonly PlantedSetting[]): ConditioningSlope[] {
  const effects = settings.map(plantedEffect);
  const adjusted = holmAdjusted(effects.map(({ test }) => test?.pValue ?? 1));
  const names = namesOf(settings);
  return effects.map((effect, index) => {
    const { model, kind } = names[index] ?? { model: "", kind: "" };
    return described(model, kind, effect, adjusted[index] ?? 1);
  });
}

/** Slopes of two models side by side, with p-values adjusted for all of them. Pairs of which nothing can be told are left out. */
export function slopePairs(settings: readonly PlantedSetting[]): SlopePair[] {
  const names = namesOf(settings);
  const told = settings.flatMap((one, index) =>
    settings.slice(index + 1).flatMap((other, offset) => {
      if (!areTwoModels(one, other)) return [];
      const found = conditioningDifference(rateSamples(one), rateSamples(other));
      const models = [index, index + 1 + offset].map((at) => names[at]?.model ?? "");
      return found === null ? [] : [{ found, kind: kindOf(one), models }];
    }),
  );
  const adjusted = holmAdjusted(told.map(({ found }) => found.pValue));
  return told.map(({ found, kind, models }, index) => {
    const adjustedPValue = adjusted[index] ?? 1;
    const isShown = adjustedPValue < significanceLevel && found.side !== 0;
    const { clusters, pValue, isOpen } = found;
    return { kind, ...heavierFirst(models, found), clusters, pValue, adjustedPValue, isOpen, isShown };
  });
}

/** The model whose log-odds fall more, or rise less, before the other. */
function heavierFirst(
  [first = "", second = ""]: readonly string[],
  { side, slopes, difference, low, high }: LogisticDifference,
): Pick<SlopePair, "heavier" | "lighter" | "heavierSlope" | "lighterSlope" | "difference" | "low" | "high"> {
  const [one, other] = slopes;
  if ((difference ?? side) <= 0)
    return { heavier: first, lighter: second, heavierSlope: one, lighterSlope: other, difference, low, high };
  return {
    heavier: second,
    lighter: first,
    heavierSlope: other,
    lighterSlope: one,
    difference: negative(difference),
    low: negative(high),
    high: negative(low),
  };
}

function negative(value: number | null): number | null {
  return value === null ? null : -value;
}

function described(
  model: string,
  kind: string,
  effect: ConditioningEffect,
  adjustedPValue: number,
): ConditioningSlope {
  const { slope, low, high, clusters, rates, own, test, reason } = effect;
  const side = effectSide(effect, adjustedPValue);
  return {
    model,
    kind,
    slope,
    low,
    high,
    clusters,
    rates: rates.map(({ rate, shown, share }) => ({ rate, shown, ...share })),
    own: own === null ? null : { shown: own.shown, ...own.share },
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

/** "cot, noise, up to 10, block late" */
function kindOf({ run, planted }: PlantedSetting): string {
  const { prompt } = run.settings;
  const mode = isThinking(run) ? ["thinking"] : prompt === "direct" ? [] : [prompt];
  const { error, magnitude, block, role } = planted;
  return [
    ...mode,
    error,
    `up to ${magnitude}`,
    ...(block === "all" ? [] : [`block ${block}`]),
    ...(role === "assistant" ? [] : [`role ${role}`]),
  ].join(", ");
}

/** Models of one name are told apart by their files, settings of one kind by their runs. */
function namesOf(settings: readonly PlantedSetting[]): { model: string; kind: string }[] {
  const nameOf = modelNames(settings.map(({ run }) => run));
  const models = settings.map(({ run }) => nameOf(run));
  const texts = settings.map((setting, index) => JSON.stringify([models[index], kindOf(setting)]));
  return settings.map((setting, index) => {
    const kind = kindOf(setting);
    const isOne = texts.filter((text) => text === texts[index]).length === 1;
    const ids = [...setting.rates.values()].flat().map(({ id }) => id);
    return {
      model: visible(models[index] ?? ""),
      kind: isOne ? kind : `${kind}, ${ids.length === 1 ? "run" : "runs"} ${listed(ids)}`,
    };
  });
}
