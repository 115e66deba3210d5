import { counted } from "../words/words.ts";

/** That a file is as it was written. @param unsealed rows that are older than seals, of which nothing can be told */
export function fileHolds(runs: number, turns: number, removed: number): string {
  const gone = removed === 0 ? "" : `; ${counted(removed, "run")} removed before`;
  return `every page, reference and seal holds: ${counted(runs, "run")}, ${counted(turns, "turn")}${gone}`;
}

/** That it is not. */
export function fileDamaged(found: number): string {
  return `${counted(found, "thing")} in this file ${found === 1 ? "is" : "are"} not as Longhaul wrote it`;
}

/** Rows of which no seal can tell. */
export function rowsUnsealed(count: number): string {
  return `${counted(count, "row")} written before there were seals, which tell nothing of it`;
}

/** What was copied where. */
export function fileCopied(target: string, runs: number, size: string): string {
  return `${target} holds ${counted(runs, "run")}, ${size}, as at one moment`;
}

/** What is asked before the rows of a run go. */
export function removalOf(run: string, turns: number, also: readonly string[]): string {
  return [`${run}: all ${counted(turns, "turn")} of it will be gone for good`, ...also].join("; ");
}

/** That its errors are part of what other runs were asked. */
export function replayedBy(runs: string): string {
  return `its errors are shown again by ${runs}, for which they are kept`;
}

/** That a suite has it in a table. */
export function standsInSuite(suite: string, places: number): string {
  return `it stands in ${counted(places, "place")} of suite ${suite}, which will lack it`;
}

/** That it is done. */
export function runRemoved(run: number, turns: number): string {
  return `run ${run} is removed with its ${counted(turns, "turn")}; a sealed mark of it stays`;
}

/** Runs that a file does not hold any more. */
export function runsRemoved(runs: string): string {
  return `removed before: ${runs}`;
}

/** Whether the marks of removed runs are as they were written. */
export function marksVerified(count: number, broken: readonly number[]): string {
  const marks = `${counted(count, "removed run")}: `;
  return broken.length === 0
    ? `${marks}the marks hold`
    : `${marks}changed since it was written, the mark of run ${broken.join(", ")}`;
}
