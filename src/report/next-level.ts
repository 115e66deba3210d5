import type { RunDocument, RunSummary } from "../figures/run-schema.ts";
import { levelOf } from "../settings/on-level.ts";
import { outcomeClasses } from "../store/rows.ts";
import { harderThan } from "../tasks/levels.ts";

/**
 * The level on which runs of one command would tell more: where a model is at the floor of the task, the one that fits;
 * where none made an error, the next in the list. Null: nothing says so, or it was looked for already.
 */
export function nextLevelOf(runs: readonly RunSummary[]): RunDocument["nextLevel"] {
  const played = runs.filter(({ overallTurnAccuracy: { n } }) => n > 0);
  const [first] = played;
  // What comes from a file has no level of its own, and single turns make no run that could go further.
  if (first === undefined || "dataset" in first.settings.requested || first.taskAccuracy.length === 0)
    return null;
  const wasFound = first.levelSearch !== null;
  if (!wasFound && played.some(isAtTaskFloor)) return { why: "floor", level: "auto" };
  if (!played.every(isFlawless)) return null;
  const level = levelOf(first.settings);
  const harder = level === null ? null : harderThan(level);
  return harder === null ? null : { why: "unslipped", level: harder.name };
}

/** Its answers can be read, most of those that are wrong too, and it is at a floor at turn 2. */
function isAtTaskFloor({ turnAccuracy, outcomes }: RunSummary): boolean {
  const high = turnAccuracy.find(({ turn }) => turn === 2)?.high ?? null;
  return high !== null && high < 0.5 && outcomes.wrong_number >= errorsOf(outcomes) / 2;
}

function isFlawless({ status, outcomes }: RunSummary): boolean {
  return status === "complete" && errorsOf(outcomes) === 0;
}

function errorsOf(outcomes: RunSummary["outcomes"]): number {
  return outcomeClasses.reduce((sum, name) => sum + (name === "right" ? 0 : outcomes[name]), 0);
}
