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

/** Arms differ in what the experiment varies; only facts in which runs of one arm differ are a setting. */
function settingsIn(arms: readonly ReadArm[]): string[] {
  const names = [...new Set(arms.map(({ arm }) => arm))].flatMap((name) =>
    differingFacts(arms.filter(({ arm }) => arm === name).map((arm) => factsOf(runOf(arm)))),
  );
  return [...new Set(names)];
}

function bySetting(arms: readonly ReadArm[], model: string): ArmGroup[] {
  const isServed = (arm: ReadArm): boolean => runOf(arm).server !== null;
  const sides = [arms.filter((arm) => !isServed(arm)), arms.filter(isServed)];
  const named = arms.map((arm): ArmGroup => {
    const facts = factsOf(runOf(arm));
    // What a server did not tell is no setting: what is told apart are runs in this process, and runs behind servers.
    const side = sides[isServed(arm) ? 1 : 0] ?? [];
    const rivals = side.filter((other) => other !== arm && other.arm === arm.arm);
    const text = distinctText(
      facts,
      rivals.map((other) => factsOf(runOf(other))),
      settingsIn(side),
    );
    const { server } = runOf(arm);
    const via = server !== null && side.length < arms.length ? `via ${server.kind}` : "";
    const setting = [via, text].filter((part) => part !== "").join(", ");
    return { ...arm, model, setting, name: setting === "" ? arm.arm : `${arm.arm}, ${setting}`, facts };
  });
  const settings = [...new Set(named.map(({ setting }) => setting))];
  return settings.flatMap((setting) => named.filter((one) => one.setting === setting));
}
