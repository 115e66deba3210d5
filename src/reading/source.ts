import type { Database } from "../store/database.ts";
import { listRuns } from "../store/queries.ts";
import type { RunRecord } from "../store/rows.ts";

/** An open file, and the path by which the user named it. */
export interface Source {
  readonly path: string;
  readonly database: Database;
}

/** A run of one of the files. */
export interface ChosenRun {
  readonly source: Source;
  readonly run: RunRecord;
  /** "3", or "a:3" where there are several files. */
  readonly id: string;
}

/** Every run of these files, oldest first in each. */
export function runsOf(sources: readonly Source[]): ChosenRun[] {
  return sources.flatMap((source) =>
    listRuns(source.database).map((run) => ({ source, run, id: idOf(source, sources, run) })),
  );
}

/**
 * What the runs of several files are called: "a:3", or "x/a:3" where files of other folders have the same name. Never by the
 * order in which they were given.
 */
function idOf(source: Source, sources: readonly Source[], run: RunRecord): string {
  if (sources.length === 1) return String(run.id);
  const others = sources.filter((other) => other.path !== source.path).map(({ path }) => foldersOf(path));
  const own = foldersOf(source.path);
  const lengths = Array.from({ length: own.length }, (_, index) => index + 1);
  const tail = (parts: readonly string[], length: number): string => parts.slice(-length).join("/");
  const enough = lengths.find((length) => others.every((other) => tail(other, length) !== tail(own, length)));
  return `${tail(own, enough ?? own.length)}:${run.id}`;
}

function foldersOf(path: string): string[] {
  const parts = path.split(/[/\\]/);
  return [...parts.slice(0, -1), (parts.at(-1) ?? path).replace(/\.[^.]*$/, "")];
}
