import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { tasks } from "../tasks/index.ts";
import { givenInstances } from "./given-dataset.ts";
import type { RunRequest } from "./request.ts";

/** What was asked for when a run began. */
export function askedBefore(database: Database, run: RunRecord, dbPath: string): RunRequest {
  const { settings, engine, engineSpec, name } = run;
  return {
    settings,
    dbPath,
    name,
    engine: engine === "scripted" ? { kind: "scripted", spec: engineSpec ?? "" } : { kind: "llama" },
    modelPaths: [],
    instances: givenInstances(database, run, tasks[settings.task]),
    templateText: null,
    loraPath: null,
    origin: null,
    isWatched: false,
  };
}
