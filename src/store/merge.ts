import type { Database } from "better-sqlite3";
import { messageOf, UsageError } from "../errors.ts";
import { assertAlone } from "./alone.ts";
import { openPart } from "./database.ts";
import { damageIn } from "./file-check.ts";
import { isDamage } from "./file-errors.ts";
import { abandonedRuns } from "./lease.ts";
import { mergeBesideRuns } from "./merge-beside.ts";
import { standing } from "./merge-known.ts";
import { addRun, continueRun, numberIn, partRun, unite } from "./merge-run.ts";
import { type Merging, PartRefused } from "./merging.ts";
import { storedRunIds } from "./stored-rows.ts";
import { typedLine } from "../typed-line.ts";

/** What became of a part's runs. */
export interface MergedPart {
  readonly part: string;
  /** Why nothing of it was merged; null: it was. */
  readonly refused: string | null;
  /** Numbers in the target: of runs that came, that were there already, that were there and have gone on. */
  readonly added: readonly number[];
  readonly known: readonly number[];
  readonly continued: readonly number[];
  readonly leftOut: readonly LeftOut[];
}

/** A run that was not merged. */
export interface LeftOut {
  /** In the part. */
  readonly run: number;
  readonly name: string;
  /**
   * running: it goes on; held: it goes on in the target; removed: the target has a mark that it was removed; unnamed: it replays
   * a run by a number, and no such run is in the part.
   */
  readonly why: "running" | "held" | "removed" | "unnamed";
}

export interface MergeOptions {
  /** What the target is called. */
  readonly named: string;
  /** The column `settings` of a run, with a run that it replays named so that it tells in every file; null: it cannot be. */
  readonly portable: (part: Database, settings: string) => string | null;
  /** Told how many of its turns were looked at. */
  readonly onTurns: (done: number, total: number) => void;
}

/**
 * Brings the runs of another file into one that is open for writing, all in one transaction, so that a merge which was stopped
 * can be done again. The part is only read.
 */
export function mergePart(target: Database, path: string, options: MergeOptions): MergedPart {
  const opened = openedPart(target, path);
  if (typeof opened === "string") return refusal(path, opened);
  try {
    // The part as it is at one moment, too.
    const merge = opened.transaction(() => mergeRuns(target, opened, path, options));
    return target.transaction(() => merge()).immediate();
  } catch (error) {
    if (error instanceof PartRefused) return refusal(path, `${path}: ${error.message}`);
    // A text that is to be JSON was cut, say.
    const damage = isDamage(error) || error instanceof SyntaxError ? damageIn(opened) : null;
    if (damage === null) throw error;
    return refusal(
      path,
      `${path}: is damaged: ${damage}. All that is wrong: ${typedLine("verify --file", path)}`,
    );
  } finally {
    target.exec("DETACH part");
    opened.close();
  }
}

/** What a file holds. */
export function held(database: Database): { readonly runs: number; readonly turns: number } {
  return database
    .prepare("SELECT (SELECT count(*) FROM run) AS runs, (SELECT count(*) FROM turn) AS turns")
    .get() as { runs: number; turns: number };
}

/** @returns why it cannot be read, where it cannot */
function openedPart(target: Database, path: string): Database | string {
  try {
    return openPart(path, target);
  } catch (error) {
    if (error instanceof UsageError) return messageOf(error).replace(/^--db /, "");
    throw error;
  }
}

function refusal(part: string, refused: string): MergedPart {
  return { part, refused, added: [], known: [], continued: [], leftOut: [] };
}

function mergeRuns(target: Database, part: Database, path: string, options: MergeOptions): MergedPart {
  assertAlone(target);
  const merging = mergingOf(target, part, path, options);
  const abandoned = new Set(abandonedRuns(part));
  const rowOf = part.prepare("SELECT name, status, seal FROM run WHERE id = ?");
  const sealAttached = target.prepare("SELECT seal FROM part.run WHERE id = ?").pluck();
  const turnsOf = part.prepare("SELECT count(*) FROM turn WHERE run_id = ?").pluck();
  const total = part.prepare("SELECT count(*) FROM turn").pluck().get() as number;
  let done = 0;
  const merged = { added: [], known: [], continued: [] } as Record<Outcome, number[]>;
  const leftOut: LeftOut[] = [];
  for (const id of storedRunIds(part)) {
    const { name, status, seal } = rowOf.get(id) as { name: string; status: string; seal: string | null };
    const isAbandoned = abandoned.has(id);
    // Whoever goes on with it seals it: it may have begun to between one connection's moment and the other's.
    const goesOn = (status === "running" && !isAbandoned) || sealAttached.get(id) !== seal;
    const outcome = goesOn ? "running" : mergeRun(merging, id, isAbandoned);
    if (typeof outcome === "string") leftOut.push({ run: id, name, why: outcome });
    else merged[outcome.as].push(outcome.number);
    done += turnsOf.get(id) as number;
    options.onTurns(done, total);
  }
  mergeBesideRuns(merging);
  return { part: path, refused: null, ...merged, leftOut };
}

function mergingOf(target: Database, part: Database, path: string, options: MergeOptions): Merging {
  return {
    target,
    part,
    path,
    targetPath: options.named,
    turnOffset: target.prepare("SELECT coalesce(max(id), 0) FROM main.turn").pluck().get() as number,
    ids: new Map(),
    uids: new Map(),
    portable: options.portable,
  };
}

type Outcome = "added" | "known" | "continued";

function mergeRun(
  merging: Merging,
  id: number,
  isAbandoned: boolean,
): { as: Outcome; number: number } | LeftOut["why"] {
  const { target, part } = merging;
  const uid = part.prepare("SELECT uid FROM identity WHERE run_id = ?").pluck().get(id);
  const mark = target.prepare("SELECT run, elsewhere FROM main.removed WHERE uid = ?").get(uid) as
    | { run: number; elsewhere: number | null }
    | undefined;
  if (mark !== undefined && mark.elsewhere === null) return "removed";
  const run = partRun(merging, id, isAbandoned);
  if (run === null) return "unnamed";
  const number = numberIn(merging, run);
  if (number === null) return { as: "added", number: addRun(merging, run, mark?.run ?? null) };
  const status = target.prepare("SELECT status FROM main.run WHERE id = ?").pluck().get(number);
  if (status === "running") return "held";
  const further = standing(merging, run, number);
  if (further === "part") continueRun(merging, run, number);
  unite(merging, run, number);
  return { as: further === "part" ? "continued" : "known", number };
}
