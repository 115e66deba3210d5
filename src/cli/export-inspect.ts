import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { conversationAgain } from "../audit/asked-again.ts";
import { messageOf, UsageError } from "../errors.ts";
import { readRuns } from "../reading/runs.ts";
import { inspectFileName, inspectLog } from "../report/inspect/log.ts";
import { summarizeRows } from "../report/summary.ts";
import type { Database } from "../store/database.ts";
import { getRun } from "../store/queries.ts";
import { rolloutCourses } from "../store/rollout-courses.ts";
import type { RunRecord } from "../store/rows.ts";
import { writeOutput } from "./output.ts";
import { placeNamed } from "./output-place.ts";
import { withoutFolders } from "./without-folders.ts";

/**
 * Writes eval logs of inspect_ai, a file for each run, named so that `inspect view --log-dir` finds them.
 *
 * @param folder null: the only run to stdout
 * @throws UsageError where they cannot be written, or a run's conversations cannot be told any more
 */
export async function exportInspect(
  database: Database,
  path: string,
  ids: readonly number[],
  folder: string | null,
): Promise<void> {
  if (folder === null && ids.length !== 1)
    throw new UsageError(
      `--format inspect: a log holds one run, and these are ${ids.length}. Name one, or a folder for all: -o logs`,
    );
  if (folder !== null) makeFolder(folder);
  for (const id of ids) {
    const run = getRun(database, id);
    if (run === null) continue;
    const place = folder === null ? null : placeNamed("-o", join(folder, inspectFileName(run)), path);
    await writeOutput(logOf(database, path, run), place);
  }
}

function logOf(database: Database, path: string, run: RunRecord): Generator<string> {
  const [rows] = readRuns({ path, database }, [run.id]);
  if (rows === undefined) throw new Error(`run ${run.id} has no rows`);
  return inspectLog({
    run,
    summary: summarizeRows(rows),
    courses: rolloutCourses(database, run.id),
    said: (course) => ({ ...course, ...conversationAgain(database, run, course.rollout) }),
    shown: withoutFolders,
  });
}

function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false || folder.endsWith(".json"))
    throw new UsageError(
      `-o ${folder}: has to be a folder with --format inspect, which knows logs by names of their own. For one file: longhaul export 3 --format inspect > log.json`,
    );
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`-o ${folder}: cannot be made (${messageOf(error)}). Name another folder.`);
  }
}
