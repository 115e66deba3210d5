import type { Contender } from "../../figures/contender.ts";
import type { Floor } from "../../figures/start-schema.ts";
import { groupBy } from "../../group-by.ts";
import type { RunRecord } from "../../store/rows.ts";
import { armsAtFloorNote } from "../sentences/floors.ts";
import { sharedSlipFound } from "../sentences/slips.ts";
import { floorCures } from "./row-sentences.ts";

/**
 * Which rows are at the floor, those of one floor and with one way out together.
 *
 * @param beside all runs of the document: what they were asked is not proposed
 * @param isLevelFixed whether no level can be looked for
 */
export function floorsTogether(
  rows: readonly { readonly label: string; readonly contender: Contender }[],
  beside: readonly RunRecord[],
  isLevelFixed = false,
): string[] {
  const low = rows.flatMap(({ label, contender }) => {
    const { floor } = contender;
    return floor === null
      ? []
      : [{ label, contender, floor, cures: floorCures(contender, floor, beside, isLevelFixed) }];
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

/** What most wrong numbers of each of these rows fit; null: not all of them have one cause. */
function sharedSlip(rows: readonly { readonly contender: Contender }[]): string | null {
  const slips = rows.flatMap(({ contender: { mainSlip } }) => mainSlip ?? []);
  const [first] = slips;
  if (first === undefined || slips.length < rows.length) return null;
  if (slips.length === 1) return first.finding;
  return slips.every(({ kind }) => kind === first.kind)
    ? sharedSlipFound(
        first.kind,
        slips.map(({ accuracy }) => accuracy ?? 0),
      )
    : null;
}
