import type { Floor } from "../../figures/start-schema.ts";
import { groupBy } from "../../group-by.ts";
import { isBetweenModels } from "../../reading/experiment-kind.ts";
import { pick } from "../../settings/settings.ts";
import type { RunRecord } from "../../store/rows.ts";
import { decidedByLevel } from "../../tasks/levels.ts";
import { floorCures } from "../compare/row-sentences.ts";
import { armsAtFloorNote } from "../sentences/floors.ts";
import { sharedSlipFound } from "../sentences/slips.ts";
import type { MeasuredArm } from "./measured-arm.ts";

/**
 * Which arms of an experiment are at the floor, those of one floor and with one way out together. Empty for horizons, whose
 * sentences say it of each row.
 *
 * @param beside all runs of the suite: what they were asked is not proposed
 */
export function floorNotes(
  experiment: string,
  arms: readonly MeasuredArm[],
  beside: readonly RunRecord[],
): string[] {
  if (isBetweenModels(experiment)) return [];
  const low = arms.flatMap((one) => {
    const { floor } = one.contender;
    return floor === null
      ? []
      : [{ ...one, floor, cures: floorCures(one.contender, floor, beside, isVaried(arms)) }];
  });
  const alike = groupBy(low, ({ floor, cures }) => JSON.stringify([floor.of, firstTurnOf(floor), cures]));
  return [...alike.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const { floor, cures } = first;
    return armsAtFloorNote({
      arms: own.map(({ label }) => label),
      of: floor.of,
      firstTurn: firstTurnOf(floor),
      slip: floor.of === "task" ? sharedSlip(own) : null,
      cures,
    });
  });
}

function firstTurnOf({ first }: Floor): number {
  return first?.firstTurn ?? 1;
}

/** Whether the experiment varies what a level decides, so that none can be looked for. */
function isVaried(arms: readonly MeasuredArm[]): boolean {
  const decided = arms.flatMap(({ runs }) => runs.map(({ settings }) => pick(settings, decidedByLevel)));
  return new Set(decided.map((one) => JSON.stringify(one))).size > 1;
}

/** What most wrong numbers of each of these arms fit; null: not all of them have one cause. */
function sharedSlip(arms: readonly MeasuredArm[]): string | null {
  const slips = arms.flatMap(({ contender: { mainSlip } }) => mainSlip ?? []);
  const [first] = slips;
  if (first === undefined || slips.length < arms.length) return null;
  if (slips.length === 1) return first.finding;
  return slips.every(({ kind }) => kind === first.kind)
    ? sharedSlipFound(
        first.kind,
        slips.map(({ accuracy }) => accuracy ?? 0),
      )
    : null;
}
