import type { Database } from "better-sqlite3";
import { type LevelSearch, levelSearchSchema } from "../settings/level-search.ts";
import { hasLevel } from "../settings/on-level.ts";
import type { StoredSettings } from "../settings/stored.ts";
import { known } from "./known.ts";

/** What a run says in its events. */

export function warningsOf(database: Database, runId: number): string[] {
  return database
    .prepare(
      "SELECT json_extract(data, '$.message') FROM event WHERE run_id = ? AND kind = 'warning' ORDER BY id",
    )
    .pluck()
    .all(runId) as string[];
}

/** How its level was found; null: it was not looked for. */
export function levelSearchOf(
  database: Database,
  runId: number,
  settings: StoredSettings,
): LevelSearch | null {
  if (!hasLevel(settings)) return null;
  const data = database
    .prepare("SELECT data FROM event WHERE run_id = ? AND kind = 'level'")
    .pluck()
    .get(runId);
  return known(levelSearchSchema, data);
}

/** Of the data set that its instances came from; null: it was not kept. */
export function datasetHashOf(database: Database, runId: number): string | null {
  const hash = database
    .prepare("SELECT json_extract(data, '$.sha256') FROM event WHERE run_id = ? AND kind = 'dataset'")
    .pluck()
    .get(runId);
  return typeof hash === "string" ? hash : null;
}
