import type { CompareGroup } from "../../figures/compare-schema.ts";
import { measureGroup } from "../../figures/group-measures.ts";
import type { Metric } from "../../figures/metric.ts";
import type { ReadGroup } from "../../reading/groups.ts";
import type { RunRows } from "../../reading/rows.ts";
import { type AnsweredRun, afterSlipOf } from "../slips/after-slip.ts";
import { mainSlipOf, slipsOf } from "../slips/run-slips.ts";

/**
 * A row of a comparison: its figures, and what became of slips, all of it with that metric alone.
 *
 * @param asked thresholds of horizons beside those that every row has
 */
export function describeGroup(
  group: ReadGroup,
  label: string,
  metric: Metric,
  asked: readonly number[] = [],
): CompareGroup {
  const { rows } = group;
  const slips = slipsOf(rows);
  return {
    ...measureGroup(group, label, metric, asked),
    mainSlip: mainSlipOf(slips),
    afterSlip: metric === "slips" ? afterSlipOf(rows.map(answeredRun)) : null,
    slips: metric === "slips" ? slips : null,
  };
}

function answeredRun({ id, run, tracks, answers }: RunRows): AnsweredRun {
  return { id, run, tracks, answers: answers ?? [] };
}
