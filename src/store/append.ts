import type { Database } from "better-sqlite3";
import { sha256Of } from "../sha256.ts";
import { timestamp } from "../clock.ts";
import { recordIdentity } from "./identity.ts";
import { assertAlone } from "./alone.ts";
import { processStartOf } from "../hardware/processes.ts";
import { takeLease } from "./lease.ts";
import { badValues, whyBad } from "../settings/refusals.ts";
import { pick } from "../settings/settings.ts";
import { nextRunId } from "./removed.ts";
import { type MachineRow, type ModelRow, type NewRun, type RunPlace, settingColumns } from "./rows.ts";
import { sealRun } from "./seal.ts";

/** The row of this machine; an equal one is used again. Returns its id. */
export function recordMachine(database: Database, machine: MachineRow): number {
  const row = {
    ...machine,
    gpus: JSON.stringify(machine.gpus),
    facts: machine.facts === null ? null : JSON.stringify(machine.facts),
  };
  return findOrInsert(
    database,
    `SELECT id FROM machine WHERE cpu_model = @cpuModel AND physical_cores = @physicalCores AND
      logical_cores = @logicalCores AND memory_bytes = @memoryBytes AND os = @os AND arch = @arch AND gpus = @gpus AND facts IS @facts`,
    `INSERT INTO machine (cpu_model, physical_cores, logical_cores, memory_bytes, os, arch, gpus, facts)
      VALUES (@cpuModel, @physicalCores, @logicalCores, @memoryBytes, @os, @arch, @gpus, @facts)`,
    row,
  );
}

/** The row of a model file; an equal one of that name at the same path is used again, one that tells less is not. Returns its id. */
export function recordModel(database: Database, model: ModelRow): number {
  const row = { ...model, metadata: JSON.stringify(model.metadata) };
  return findOrInsert(
    database,
    "SELECT id FROM model WHERE sha256 = @sha256 AND path = @path AND name = @name AND tensor_bytes IS @tensorBytes",
    `INSERT INTO model (name, path, sha256, bytes, architecture, parameters, tensor_bytes, quantization, train_context_length, metadata)
      VALUES (@name, @path, @sha256, @bytes, @architecture, @parameters, @tensorBytes, @quantization, @trainContextLength, @metadata)`,
    row,
  );
}

/** Begins a run that belongs to this process. Returns its id. */
export function beginRun(database: Database, run: NewRun): number {
  const { settings, versions, replaces, ...rest } = run;
  const insert = database.prepare(
    `INSERT INTO run (id, name, status, engine, engine_spec, machine_id, model_id, seed, task, turns, rollouts,
        keys_per_turn, dictionary_size, value_max, temperature, max_answer_tokens, stop, settings, prompt_hash,
        instance_hash, versions, server, suite, experiment, arm, trial, started_at, pid, process_start)
      VALUES (${nextRunId}, @name, 'running', @engine, @engineSpec, @machineId, @modelId, @seed, @task, @turns, @rollouts,
        @keysPerTurn, @dictionarySize, @valueMax, @temperature, @maxAnswerTokens, @stop, @settings, @promptHash,
        @instanceHash, @versions, @server, @suite, @experiment, @arm, @trial, @startedAt, @pid, @processStart)`,
  );
  const [bad] = badValues(settings);
  if (bad !== undefined)
    throw new Error(`${bad}: ${JSON.stringify(settings[bad])}: ${whyBad(bad, settings[bad])}`);
  const row = {
    ...rest,
    ...pick(settings, settingColumns),
    maxAnswerTokens: run.answerLimit,
    engine: engineName(run.engine),
    settings: JSON.stringify(settings),
    versions: JSON.stringify(versions),
    server: run.server === null ? null : JSON.stringify(run.server),
    startedAt: timestamp(),
    pid: process.pid,
    processStart: processStartOf(process.pid),
  };
  return database.transaction((): number => {
    const id = Number(insert.run(row).lastInsertRowid);
    sealRun(database, id);
    takeLease(database, id, null);
    recordIdentity(database, id, replaces ?? null);
    // Another may have begun since the file was opened.
    assertAlone(database);
    return id;
  })();
}

/** Keeps a text under its SHA-256, once. @returns the hash */
export function recordText(database: Database, text: string): string {
  const sha256 = sha256Of(text);
  database.prepare("INSERT OR IGNORE INTO text (sha256, content) VALUES (?, ?)").run(sha256, text);
  return sha256;
}

/** Lets a run stand for another place of a suite, too. */
export function recordPlace(database: Database, runId: number, place: Omit<RunPlace, "at">): void {
  database
    .prepare(
      `INSERT OR IGNORE INTO place (run_id, suite, experiment, arm, trial, asked, at)
        VALUES (@runId, @suite, @experiment, @arm, @trial, @asked, @at)`,
    )
    .run({ ...place, asked: JSON.stringify(place.asked), at: timestamp(), runId });
}

/** @throws Error where it is no name: lower-case letters, digits and hyphens */
function engineName(name: string): string {
  if (/^[a-z][a-z0-9-]*$/.test(name)) return name;
  throw new Error(`engine: "${name}" is no name`);
}

function findOrInsert(database: Database, select: string, insert: string, row: object): number {
  const find = database.transaction((): number => {
    const known = database.prepare(select).pluck().get(row) as number | undefined;
    return known ?? Number(database.prepare(insert).run(row).lastInsertRowid);
  });
  return find.immediate();
}
