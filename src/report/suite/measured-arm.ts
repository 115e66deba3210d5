import type { RunRecord } from "../../store/rows.ts";
import type { Contender } from "../compare/contender.ts";
import type { CompareGroup } from "../compare/schema.ts";
import type { RunRows } from "../rows.ts";

/** A run of a suite. */
export interface ArmRun {
  readonly run: RunRecord;
  readonly experiment: string;
  readonly arm: string;
}

/** What a model did in one arm. */
export interface ArmGroup {
  readonly arm: string;
  readonly model: string;
  readonly runs: readonly RunRecord[];
}

export interface MeasuredArm extends ArmGroup {
  readonly label: string;
  readonly rows: readonly RunRows[];
  readonly row: CompareGroup;
  readonly contender: Contender;
}

/** Model by model, arms in the order in which they were first carried out; failed runs left out. */
export function byModelAndArm(runs: readonly ArmRun[]): ArmGroup[] {
  const measured = runs.filter(({ run }) => run.status !== "failed");
  const arms = [...new Set(measured.map(({ arm }) => arm))];
  const models = [...new Set(measured.map(({ run }) => modelOf(run)))];
  return models.flatMap((model) =>
    arms.flatMap((arm) => {
      const own = measured.filter((one) => one.arm === arm && modelOf(one.run) === model);
      // A repetition is no new evidence: of equal seeds the newest counts.
      const newest = new Map(own.map(({ run }) => [run.seed, run]));
      return newest.size === 0 ? [] : [{ arm, model, runs: [...newest.values()] }];
    }),
  );
}

function modelOf({ model, name }: RunRecord): string {
  return model?.name ?? name;
}
