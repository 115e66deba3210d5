import type { ReadArm } from "../../reading/runs.ts";
import type { RunRows } from "../../reading/rows.ts";
import type { RunRecord } from "../../store/rows.ts";
import type { Contender } from "../compare/contender.ts";
import type { CompareGroup } from "../compare/schema.ts";

/** What a model did in one arm. */
export interface ArmGroup extends ReadArm {
  readonly model: string;
}

export interface MeasuredArm extends ArmGroup {
  readonly label: string;
  readonly runs: readonly RunRecord[];
  readonly rows: readonly RunRows[];
  readonly row: CompareGroup;
  readonly contender: Contender;
}

/** Model by model, arms in the order in which they were first carried out. */
export function byModelAndArm(arms: readonly ReadArm[]): ArmGroup[] {
  const named = arms.map((arm) => ({ ...arm, model: modelOf(arm) }));
  const models = [...new Set(named.map(({ model }) => model))];
  return models.flatMap((model) => named.filter((one) => one.model === model));
}

function modelOf({ group }: ReadArm): string {
  const run = group.rows[0]?.run;
  return run?.model?.name ?? run?.name ?? "";
}
