import { holmAdjusted } from "../../metrics/log-rank.ts";
import { type ConditioningEffect, effectSide } from "../../metrics/conditioning.ts";
import type { ConditioningSlope } from "../../figures/compare-schema.ts";
import { modelNames } from "../../figures/model-names.ts";
import { plantedEffect, type PlantedSetting, plantedSettings } from "../../figures/planted-errors.ts";
import { isThinking } from "../../reading/is-thinking.ts";
import type { RunRows } from "../../reading/rows.ts";
import { visible } from "../../visible-text.ts";
import { listed } from "../words/words.ts";

/**
 * The effect of planted errors for each model and setting, with p-values adjusted for all of them. Histories that are not
 * wholly planted have no slope: errors that they show stand for much else.
 */
export function conditioningSlopes(stored: readonly RunRows[]): ConditioningSlope[] {
  const settings = plantedSettings(stored);
  const effects = settings.map(plantedEffect);
  const adjusted = holmAdjusted(effects.map(({ test }) => test?.pValue ?? 1));
  const names = namesOf(settings);
  return effects.map((effect, index) => {
    const { model, kind } = names[index] ?? { model: "", kind: "" };
    return described(model, kind, effect, adjusted[index] ?? 1);
  });
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
