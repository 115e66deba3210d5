import { existsSync } from "node:fs";
import { measureTurns } from "../figures/measures.ts";
import { type Apart, type Described, describeAll } from "../model-folders/described.ts";
import { type Found, findOnDisk, type FoundFile, type FoundOther } from "../model-folders/find.ts";
import { surroundings } from "../model-folders/names.ts";
import { newestRuns } from "../reading/newest-runs.ts";
import type { RunRows } from "../reading/rows.ts";
import { type FitHere, fitsHere, type Room, roomHere } from "../runs/fits-here.ts";
import { isGivenHistory } from "../settings/stored.ts";
import { openReadOnly } from "../store/database.ts";

/** What `models --json` prints. Null: not known. */
export interface FoundDocument extends Pick<Found, "folders" | "closed"> {
  readonly schemaVersion: 1;
  readonly room: Room;
  readonly models: readonly FoundModel[];
  readonly apart: readonly (Pick<FoundFile, "names" | "path"> & {
    readonly kind: Apart["kind"] | FoundOther["kind"];
    readonly detail: string | null;
  })[];
}

export interface FoundModel extends FoundFile, Omit<Described, "apart"> {
  /** What a weight takes in the file. */
  readonly bitsPerWeight: number | null;
  /** An estimate from the header. */
  readonly fits: FitHere;
  /** Of its newest complete run in the database; null: it has none there, or which file it is was never found out. */
  readonly lastResult: LastResult | null;
}

export interface LastResult {
  readonly run: number;
  readonly startedAt: string;
  readonly task: string;
  /** Turns until half of the rollouts have made an error; null: its history was given. */
  readonly horizon: ReturnType<typeof measureTurns>["horizons"][number] | null;
  readonly turnAccuracy: number | null;
}

/**
 * @param options whether what headers say is kept for the next time; absent: it is
 * @throws UsageError where a folder is not there
 */
export async function foundModels(
  folders: readonly string[],
  dbPath: string,
  options?: { readonly isKept: boolean },
): Promise<FoundDocument> {
  const found = findOnDisk(folders, surroundings());
  const { files, others, closed } = found;
  const described = await describeAll(
    files.map(({ parts }) => parts),
    options,
  );
  const room = await roomHere();
  const fitOf = fitsHere(room);
  const results = resultsOf(files, dbPath);
  const models: FoundModel[] = [];
  const apart: FoundDocument["apart"][number][] = [];
  for (const [index, file] of files.entries()) {
    const { apart: reason, ...one } = described[index] as Described;
    if (reason !== null) apart.push({ ...reason, names: file.names, path: file.path });
    else
      models.push({
        ...file,
        ...one,
        bitsPerWeight: one.parameters === 0 ? null : (8 * one.tensorBytes) / one.parameters,
        fits: fitOf(one),
        lastResult: results.get(file.sha256 ?? "") ?? null,
      });
  }
  for (const { kind, tool, name, path } of others)
    apart.push({ kind, detail: null, names: [{ tool, name, path }], path });
  return { schemaVersion: 1, folders: found.folders, closed, room, models, apart };
}

/** By the hashes of files, where the database is there. */
function resultsOf(files: readonly FoundFile[], dbPath: string): Map<string, LastResult> {
  const hashes = new Set(files.flatMap(({ sha256 }) => sha256 ?? []));
  if (hashes.size === 0 || !existsSync(dbPath)) return new Map();
  const database = openReadOnly(dbPath);
  try {
    const runs = newestRuns({ path: dbPath, database }, hashes);
    return new Map([...runs].map(([sha256, rows]) => [sha256, resultOf(rows)]));
  } finally {
    database.close();
  }
}

/** Of a run that is complete. */
export function resultOf(rows: RunRows): LastResult {
  const { horizons, overallTurnAccuracy } = measureTurns([rows]);
  const { id, startedAt, settings } = rows.run;
  return {
    run: id,
    startedAt,
    task: settings.task,
    horizon: isGivenHistory(settings) ? null : (horizons.find(({ s }) => s === 0.5) ?? null),
    turnAccuracy: overallTurnAccuracy.accuracy,
  };
}
