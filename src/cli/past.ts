import { existsSync } from "node:fs";
import { messageOf, UsageError } from "../errors.ts";
import { type StudyCost, studyCosts } from "../reading/costs.ts";
import { lastRuns } from "../reading/newest-runs.ts";
import { openReadOnly } from "../store/database.ts";
import { fileTrouble } from "../store/file-errors.ts";
import { type LastResult, resultOf } from "./found-models.ts";

/** What a file tells to who begins. */
export interface Past {
  readonly costs: readonly StudyCost[];
  readonly results: readonly (LastResult & { readonly name: string })[];
  /** Why the file cannot be read; null: it can, or there is none. */
  readonly why: string | null;
}

/** A file that is not there, or that cannot be read, tells nothing. @param most results */
export function pastIn(path: string, most: number): Past {
  const nothing = { costs: [], results: [], why: null };
  if (!existsSync(path)) return nothing;
  try {
    const database = openReadOnly(path);
    try {
      const results = lastRuns({ path, database }, most).map((rows) => ({
        ...resultOf(rows),
        name: rows.run.model?.name ?? rows.run.name,
      }));
      return { costs: studyCosts(database), results, why: null };
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof UsageError) return { ...nothing, why: messageOf(error) };
    const trouble = fileTrouble(error);
    if (trouble === null) throw error;
    return { ...nothing, why: `${path}: ${trouble}.` };
  }
}

/**
 * How long models take one after the other, by a run of each.
 *
 * @param hashes of their files; null: not known
 * @param answers of each
 * @returns null where one of them never ran
 */
export function takesMs(
  costs: readonly StudyCost[],
  hashes: readonly (string | null)[],
  answers: number,
): number | null {
  const own = hashes.map((hash) => costs.find(({ sha256 }) => sha256 === hash));
  return own.reduce<number | null>(
    (sum, cost) =>
      sum === null || cost === undefined ? null : sum + cost.startMs + answers * cost.msPerTurn,
    0,
  );
}
