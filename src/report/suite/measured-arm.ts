import { factsOf, modelOf } from "../../reading/identity.ts";
import type { ReadArm } from "../../reading/runs.ts";
import type { RunRows } from "../../reading/rows.ts";
import type { RunRecord } from "../../store/rows.ts";
import { type Contender, isMeasured } from "../../figures/contender.ts";
import type { CompareGroup } from "../../figures/compare-schema.ts";
import { modelNames } from "../../figures/model-names.ts";
import { differingFacts, distinctText, type Facts } from "./facts.ts";

/** What a model did in one arm under one setting. */
export interface ArmGroup extends ReadArm {
  /** No two models have one name. */
  readonly model: string;
  /** What tells it from this model's rows of the same arm; empty where there is one of each arm. */
  readonly setting: string;
  /** Arm and setting: no two of a model are alike. */
  readonly name: string;
  readonly facts: Facts;
}

export interface MeasuredArm extends ArmGroup {
  readonly label: string;
  readonly runs: readonly RunRecord[];
  readonly rows: readonly RunRows[];
  readonly row: CompareGroup;
  readonly contender: Contender;
}

/** Whether it was stopped at the floor of form: it has answers, and nothing is concluded from them. */
export function isStopped({ contender, rows }: MeasuredArm): boolean {
  return !isMeasured(contender) && rows.some(({ tracks }) => tracks.some(({ end }) => end === "floor"));
}

/** Model by model, setting by setting, arms in the order in which they were first carried out. */
export function byModelAndSetting(arms: readonly ReadArm[]): ArmGroup[] {
  const nameOf = modelNames(arms.map(runOf));
  const models = [...new Set(arms.map((arm) => modelOf(runOf(arm))))];
  return models.flatMap((model) => {
    const own = arms.filter((arm) => modelOf(runOf(arm)) === model);
    return own.length === 0 ? [] : bySetting(own, nameOf(runOf(own[0] as ReadArm)));
  });
}

/** The run that a group's settings are read from. */
export function runOf({ group }: ReadArm): RunRecord {
  const [first] = group.rows;
  if (first === undefined) throw new Error("an arm without a run");
  return first.run;
}

function bySetting(arms: readonly ReadArm[], model: string): ArmGroup[] {
  const facts = arms.map((arm) => factsOf(runOf(arm)));
  // Arms differ in what the experiment varies; only facts in which runs of one arm differ are a setting.
  const differing = new Set(
    [...new Set(arms.map(({ arm }) => arm))].flatMap((name) =>
      differingFacts(facts.filter((_, index) => arms[index]?.arm === name)),
    ),
  );
  const named = arms.map((arm, index): ArmGroup => {
    const own = facts[index] ?? {};
    const rivals = facts.filter((_, at) => at !== index && arms[at]?.arm === arm.arm);
    const setting = distinctText(own, rivals, [...differing]);
    return { ...arm, model, setting, name: setting === "" ? arm.arm : `${arm.arm}, ${setting}`, facts: own };
  });
  const settings = [...new Set(named.map(({ setting }) => setting))];
  return settings.flatMap((setting) => named.filter((one) => one.setting === setting));
}
