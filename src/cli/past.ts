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
 * How long models take one after the other, by a run of each, and on which machines those were.
 *
 * @param hashes of their files; null: not known
 * @param answers of each
 * @returns null where one of them never ran
 */
export function takes(
  costs: readonly StudyCost[],
  hashes: readonly (string | null)[],
  answers: number,
): { readonly ms: number; readonly machines: readonly string[] } | null {
  const own = hashes.flatMap((hash) => costs.find(({ sha256 }) => sha256 === hash) ?? []);
  if (own.length < hashes.length || own.length === 0) return null;
  const ms = own.reduce((sum, { startMs, msPerTurn }) => sum + startMs + answers * msPerTurn, 0);
  return { ms, machines: [...new Set(own.map(({ speed }) => speed.machine))] };
}
