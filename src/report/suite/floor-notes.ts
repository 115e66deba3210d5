import { isBetweenModels } from "../../reading/experiment-kind.ts";
import { pick } from "../../settings/settings.ts";
import type { RunRecord } from "../../store/rows.ts";
import { decidedByLevel } from "../../tasks/levels.ts";
import { floorsTogether } from "../compare/floors-together.ts";
import type { MeasuredArm } from "./measured-arm.ts";

/**
 * Which arms of an experiment are at the floor, as {@link floorsTogether}. Empty for horizons, whose sentences say it of
 * each row.
 *
 * @param beside all runs of the suite: what they were asked is not proposed
 */
export function floorNotes(
  experiment: string,
  arms: readonly MeasuredArm[],
  beside: readonly RunRecord[],
): string[] {
  return isBetweenModels(experiment) ? [] : floorsTogether(arms, beside, isVaried(arms));
}

/** Whether the experiment varies what a level decides, so that none can be looked for. */
function isVaried(arms: readonly MeasuredArm[]): boolean {
  const decided = arms.flatMap(({ runs }) => runs.map(({ settings }) => pick(settings, decidedByLevel)));
  return new Set(decided.map((one) => JSON.stringify(one))).size > 1;
}
