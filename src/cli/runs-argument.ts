import { UsageError } from "../errors.ts";
import { storedRunIds } from "../store/stored-rows.ts";
import type { Database } from "../store/database.ts";

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
    throw new UsageError(`${command} ${text}: no such run in ${path}. See longhaul ls for what is there.`);
  });
  return [...new Set(ids)];
}
