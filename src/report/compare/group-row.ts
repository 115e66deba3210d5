import type { CompareGroup } from "../../figures/compare-schema.ts";
import { measureGroup } from "../../figures/group-measures.ts";
import type { Metric } from "../../figures/metric.ts";
import { tallyOutcomes } from "../../figures/tallies.ts";
import type { ReadGroup } from "../../reading/groups.ts";
import type { RunRows } from "../../reading/rows.ts";
import { outcomeClasses } from "../../store/rows.ts";
import { type AnsweredRun, afterSlipOf } from "../slips/after-slip.ts";
import { slipShares } from "../slips/slip-shares.ts";
import { decodeSlips } from "../slips/slips.ts";

/** A row of a comparison: its figures, and with that metric what became of slips. */
export function describeGroup(group: ReadGroup, label: string, metric: Metric): CompareGroup {
  const { rows } = group;
  return {
    ...measureGroup(group, label, metric),
    afterSlip: metric === "slips" ? afterSlipOf(rows.map(answeredRun)) : null,
    slips: metric === "slips" ? slipsOf(rows) : null,
  };
}

function answeredRun({ id, run, tracks, answers }: RunRows): AnsweredRun {
  return { id, run, tracks, answers: answers ?? [] };
}

function slipsOf(rows: readonly RunRows[]): CompareGroup["slips"] {
  const decoded = rows.map(({ run, wrong, tracks }) => ({
    slips: wrong === null ? null : decodeSlips(run, wrong),
    all: tallyOutcomes(tracks, outcomeClasses).wrong_number,
    valueMax: run.settings.valueMax,
  }));
  const known = decoded.flatMap(({ slips, ...rest }) => (slips === null ? [] : [{ slips, ...rest }]));
  return known.length === decoded.length ? slipShares(known) : null;
}
