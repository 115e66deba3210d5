import { contenderOf } from "../../figures/contender.ts";
import { kindOf } from "../../reading/experiment-kind.ts";
import type { ReadArm } from "../../reading/runs.ts";
import { describeGroup } from "../compare/group-row.ts";
import { type ArmGroup, byModelAndSetting, type MeasuredArm } from "./measured-arm.ts";

/**
 * Every arm of an experiment with its figures.
 *
 * @param answered those with an answer
 * @param asked thresholds of horizons beside those that every row has
 */
export function measureArms(
  experiment: string,
  answered: readonly ReadArm[],
  asked: readonly number[],
): MeasuredArm[] {
  const arms = byModelAndSetting(answered);
  const isOneArm = new Set(arms.map(({ arm }) => arm)).size === 1;
  const isOneModel = new Set(arms.map(({ model }) => model)).size === 1;
  const metric = kindOf(experiment) === "self-conditioning" ? "self-conditioning" : "summary";
  return arms.map((one) => {
    const label = labelOf(one, isOneModel, isOneArm);
    const row = describeGroup(one.group, label, metric, asked);
    const { rows } = one.group;
    const contender = contenderOf(label, row, rows);
    return { ...one, label, rows, runs: rows.map(({ run }) => run), row, contender };
  });
}

function labelOf({ arm, model, setting }: ArmGroup, isOneModel: boolean, isOneArm: boolean): string {
  const label = isOneArm ? model : isOneModel ? arm : `${model} · ${arm}`;
  return setting === "" ? label : `${label}, ${setting}`;
}
