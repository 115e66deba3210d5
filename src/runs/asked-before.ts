import { usualRequestTimeoutMs } from "../serving/address.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { tasks } from "../tasks/index.ts";
import { givenInstances } from "./given-dataset.ts";
import type { RunRequest } from "./request.ts";

/** What was asked for when a run began. */
export function askedBefore(database: Database, run: RunRecord, dbPath: string): RunRequest {
  const { settings, name } = run;
  return {
    settings,
    dbPath,
    name,
    engine: engineOf(run),
    modelPaths: run.server === null ? [] : [run.server.model],
    instances: givenInstances(database, run, tasks[settings.task]),
    templateText: null,
    loraPath: null,
    origin: null,
    isWatched: false,
  };
}

function engineOf({ engine, engineSpec, server }: RunRecord): RunRequest["engine"] {
  if (engine === "scripted") return { kind: "scripted", spec: engineSpec ?? "" };
  if (server === null) return { kind: "llama" };
  const { api, url } = server;
  return { kind: "server", address: { api, url }, requestTimeoutMs: usualRequestTimeoutMs };
}
