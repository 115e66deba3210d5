import { bitsOfAny, modelFamily } from "../reading/quantizations.ts";
import type { ReadGroup } from "../reading/groups.ts";
import type { RunRows } from "../reading/rows.ts";
import { settingsOf } from "../reading/settings.ts";
import type { CompareGroup } from "./compare-schema.ts";
import { measureFigures } from "./group-figures.ts";
import { machinesOf } from "./group-machines.ts";
import { groupSpeed } from "./group-speed.ts";
import { measureTurns } from "./measures.ts";
import type { Metric } from "./metric.ts";
import { originOf } from "./origin.ts";

/**
 * Every figure of one row of a comparison but those of slips.
 *
 * @param asked thresholds of horizons, as of {@link measureTurns}
 */
export function measureGroup(
  group: ReadGroup,
  label: string,
  metric: Metric,
  asked: readonly number[],
): Omit<CompareGroup, "afterSlip" | "slips" | "mainSlip"> {
  const { rows, failed } = group;
  const run = rows[0]?.run;
  if (run === undefined) throw new Error(`${label} has no run`);
  const { engine, server, scripted, machine, model } = originOf(run);
  const settings = settingsOf(run);
  const turns = measureTurns(rows, asked);
  return {
    label,
    runs: rows.map(({ id }) => id),
    status: worstStatus(rows),
    engine,
    server,
    scripted,
    seeds: [...new Set(rows.map((one) => one.run.seed))],
    machine,
    machines: machinesOf(group),
    model: { ...model, bitsPerWeight: bitsOfAny(rows.map((one) => one.run)) },
    family: modelFamily(model, scripted),
    settings,
    ...turns,
    ...groupSpeed(group.speeds),
    failed,
    ...measureFigures({ rows, ...turns, settings }, metric),
  };
}

/** A group is as complete as its least complete run. */
function worstStatus(rows: readonly RunRows[]): CompareGroup["status"] {
  const order = ["failed", "interrupted", "running", "complete"] as const;
  return order.find((status) => rows.some(({ run }) => run.status === status)) ?? "complete";
}
