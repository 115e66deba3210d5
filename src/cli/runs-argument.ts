import { existsSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { storedRunIds } from "../store/stored-rows.ts";
import { removedRuns } from "../store/removed.ts";
import type { Database } from "../store/database.ts";
import { typedLine } from "../typed-line.ts";

/**
 * The runs that a command's arguments name, in their order and once each; all runs of the file when there are none.
 *
 * @throws UsageError naming the command and the argument
 */
export function runsNamed(
  database: Database,
  path: string,
  command: string,
  wanted: readonly string[],
): number[] {
  const known = storedRunIds(database);
  if (wanted.length === 0) return known;
  const ids = wanted.map((text) => {
    const id = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (known.includes(id)) return id;
    const gone = removedRuns(database).find(({ run }) => run === id);
    if (gone !== undefined)
      throw new UsageError(
        `${command} ${text}: run ${id} was removed from ${path} on ${gone.at.slice(0, 10)}. See what is there: ${typedLine("ls", path)}`,
      );
    if (existsSync(text))
      throw new UsageError(
        `${command} ${text}: a file where numbers of runs are wanted. Name it so: ${typedLine(command, text)}`,
      );
    throw new UsageError(
      `${command} ${text}: no such run in ${path}. See what is there: ${typedLine("ls", path)}`,
    );
  });
  return [...new Set(ids)];
}
