import { mainlyUnsaid } from "../sentences/page.ts";
import type { SuiteDocument } from "../suite/suite-schema.ts";
import { toldBy } from "../suite/table.ts";
import type { MainFinding } from "./page-schema.ts";

/** A sentence for each experiment of a suite: the first that is said of it, which is about what it asks in the first place. */
export function mainFindings({ experiments }: SuiteDocument): MainFinding[] {
  return experiments.map((experiment) => {
    const [first, ...more] = toldBy(experiment);
    return {
      experiment: experiment.experiment,
      sentence: first ?? mainlyUnsaid(experiment.comparison.groups.length),
      more: more.length,
    };
  });
}
