import type { RunDocument, RunSummary } from "../figures/run-schema.ts";
import { levelOf } from "../settings/on-level.ts";
import { outcomeClasses } from "../store/rows.ts";
import { harderThan, type Level } from "../tasks/levels.ts";

/**
 * The level on which runs of one command would tell more: where a model is at the floor of the task, the one that fits;
 * where none made an error, the next in the list. Null: nothing says so, or the search for their level has told it.
 */
export function nextLevelOf(runs: readonly RunSummary[]): RunDocument["nextLevel"] {
  const played = runs.filter(({ overallTurnAccuracy: { n } }) => n > 0);
  const [first] = played;
  // What comes from a file has no level of its own, and single turns make no run that could go further.
  if (first === undefined || "dataset" in first.settings.requested || first.taskAccuracy.length === 0)
    return null;
  const { levelSearch } = first;
  if (levelSearch === null && played.some(({ floor }) => floor?.of === "task"))
    return { why: "floor", level: "auto" };
  if (!played.every(isFlawless)) return null;
  const level = levelOf(first.settings);
  const harder = level === null ? null : harderThan(level);
  return harder === null || wasAsked(harder, levelSearch) ? null : { why: "unslipped", level: harder.name };
}

function wasAsked({ name }: Level, search: RunSummary["levelSearch"]): boolean {
  return search?.models.some(({ tried }) => tried.some(({ level }) => level === name)) === true;
}

function isFlawless({ status, outcomes }: RunSummary): boolean {
  return status === "complete" && outcomeClasses.every((name) => name === "right" || outcomes[name] === 0);
}
