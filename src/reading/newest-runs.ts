import { newestFirst } from "./choose.ts";
import { readRunRows, type RunRows } from "./rows.ts";
import { runsOf, type Source } from "./source.ts";

/** The newest complete run of each of these models, by the SHA-256 of their files; none of those that have none. */
export function newestRuns(source: Source, sha256s: ReadonlySet<string>): Map<string, RunRows> {
  const found = new Map<string, RunRows>();
  for (const one of runsOf([source]).toSorted(newestFirst)) {
    const sha256 = one.run.model?.sha256;
    if (sha256 === undefined || one.run.status !== "complete") continue;
    if (sha256s.has(sha256) && !found.has(sha256)) found.set(sha256, readRunRows(one, new Set()));
  }
  return found;
}

/** The newest complete runs of a file, whatever they measured, the newest first. */
export function lastRuns(source: Source, most: number): RunRows[] {
  const complete = runsOf([source]).filter(({ run }) => run.status === "complete");
  const newest = complete.toSorted(newestFirst).slice(0, most);
  return newest.map((one) => readRunRows(one, new Set()));
}
