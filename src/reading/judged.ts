import { UsageError } from "../errors.ts";
import { groupBy } from "../group-by.ts";
import { shellWord } from "../typed-line.ts";
import type { ChosenRun } from "./source.ts";

/** Runs that do not stand beside others for their parser alone. */
export interface JudgedOtherwise {
  readonly runs: number;
  /** What is to be typed so that one parser judges all. */
  readonly command: string;
}

/** Those of the runs that are not among the chosen; null: none. */
export function otherwiseThan(
  chosen: readonly ChosenRun[],
  runs: readonly ChosenRun[],
): JudgedOtherwise | null {
  const left = runs.length - chosen.length;
  const newest = newestParser(runs);
  return left === 0 ? null : { runs: left, command: rescoreLine(notBy(runs, newest), newest) };
}

/**
 * Answers that were read by different rules are no comparison, whatever else is alike.
 *
 * @param what the command, as the message begins
 * @param version of a parser by which these runs are to stand beside others
 * @throws UsageError with the command that mends it
 */
export function assertJudgedAlike(what: string, runs: readonly ChosenRun[], version = 0): void {
  const newest = Math.max(version, newestParser(runs));
  const older = notBy(runs, newest);
  if (older.length === 0) return;
  const parts = [...groupBy(older, ({ run }) => String(run.parserVersion))].map(
    ([by, members]) => `${members.length === 1 ? "run" : "runs"} ${namesOf(members)} by parser ${by}`,
  );
  throw new UsageError(
    `${what}: answers were not read alike: ${parts.join(", ")}, others by parser ${newest}. Judge them again first: ${rescoreLine(older, newest)}`,
  );
}

function newestParser(runs: readonly ChosenRun[]): number {
  return Math.max(0, ...runs.map(({ run }) => run.parserVersion ?? 0));
}

/** Each once, and none without an answer: nothing of it was judged. */
function notBy(runs: readonly ChosenRun[], version: number): ChosenRun[] {
  const judged = runs.filter(({ run }) => run.parserVersion !== null && run.parserVersion !== version);
  return [...new Map(judged.map((one) => [one.id, one])).values()];
}

/** Nothing of what stands there is overwritten. */
function rescoreLine(runs: readonly ChosenRun[], version: number): string {
  const lines = [...groupBy(runs, ({ source }) => source.path)].map(([path, members]) => {
    const named = members.length > namedAtMost ? [] : members.map(({ run }) => String(run.id));
    return ["longhaul rescore", ...named, `--parser ${version} --db ${shellWord(path)}`].join(" ");
  });
  return lines.join(" && ");
}

/** Of more than these the line names none: then all of the file are judged again. */
const namedAtMost = 8;

function namesOf(runs: readonly ChosenRun[]): string {
  const ids = runs.map(({ id }) => id);
  return ids.length > namedAtMost
    ? `${ids.slice(0, namedAtMost).join(", ")} and ${ids.length - namedAtMost} more`
    : ids.join(", ");
}
