import { groupBy } from "../../group-by.ts";
import { isBetweenModels } from "../../reading/experiment-kind.ts";
import { questionOf } from "../compare/row-sentences.ts";
import { armsAtFloorNote } from "../sentences/floors.ts";
import type { MeasuredArm } from "./measured-arm.ts";

/**
 * Which arms of an experiment are at the floor, those of one floor and with one way out together. Empty for horizons, whose
 * sentences say it of each row.
 */
export function floorNotes(experiment: string, arms: readonly MeasuredArm[]): string[] {
  if (isBetweenModels(experiment)) return [];
  const low = arms.flatMap(({ label, contender }) => {
    const { floor } = contender;
    return floor === null ? [] : [{ label, of: floor.of, question: questionOf(contender) }];
  });
  // One note for all that it would be the same for.
  const alike = groupBy(low, ({ of, question }) => armsAtFloorNote(of, [], question));
  return [...alike.values()].flatMap((own) => {
    const [first] = own;
    const labels = own.map(({ label }) => label);
    return first === undefined ? [] : [armsAtFloorNote(first.of, labels, first.question)];
  });
}
