import type { Database, Statement } from "better-sqlite3";
import { sha256Of } from "../sha256.ts";
import { timestamp } from "../clock.ts";
import { abandonedError, processStartOf, renewEveryMs, renewLease, takeLease } from "./lease.ts";
import { badValues, whyBad } from "../settings/refusals.ts";
import { pick } from "../settings/settings.ts";
import { oneOf } from "./one-of.ts";
import {
  type BatchRow,
  batchPhases,
  type MachineRow,
  type ModelRow,
  type NewRun,
  type RolloutEnd,
  rolloutEnds,
  type RunEnd,
  type RunEngine,
  type RunPlace,
  runStatuses,
  settingColumns,
  type TurnRow,
} from "./rows.ts";
import { batchMarks, type Conditions } from "../hardware/facts.ts";
import { batchesSeal, type SealedRow, sealEndedRun, sealOf, sealRollout, sealRun } from "./seal.ts";
import { whenFree } from "./when-free.ts";
import { insertTurn, turnColumns } from "./turn-columns.ts";
import { insertVerdict, ownErrorsOf, verdictColumns } from "./verdicts.ts";

/** The row of this machine; an equal one is used again. Returns its id. */
export function recordMachine(database: Database, machine: MachineRow): number {
  const row = { ...machine, gpus: JSON.stringify(machine.gpus), facts: jsonOf(machine.facts) };
  return findOrInsert(
    database,
    `SELECT id FROM machine WHERE cpu_model = @cpuModel AND physical_cores = @physicalCores AND
      logical_cores = @logicalCores AND memory_bytes = @memoryBytes AND os = @os AND arch = @arch AND gpus = @gpus AND facts IS @facts`,
    `INSERT INTO machine (cpu_model, physical_cores, logical_cores, memory_bytes, os, arch, gpus, facts)
      VALUES (@cpuModel, @physicalCores, @logicalCores, @memoryBytes, @os, @arch, @gpus, @facts)`,
    row,
  );
}

/** The row of a model file; an equal one at the same path is used again, one that tells less is not. Returns its id. */
export function recordModel(database: Database, model: ModelRow): number {
  const row = { ...model, metadata: JSON.stringify(model.metadata) };
  return findOrInsert(
    database,
    "SELECT id FROM model WHERE sha256 = @sha256 AND path = @path AND tensor_bytes IS @tensorBytes",
    `INSERT INTO model (name, path, sha256, bytes, architecture, parameters, tensor_bytes, quantization, train_context_length, metadata)
      VALUES (@name, @path, @sha256, @bytes, @architecture, @parameters, @tensorBytes, @quantization, @trainContextLength, @metadata)`,
    row,
  );
}

/** Begins a run that belongs to this process. Returns its id. */
export function beginRun(database: Database, run: NewRun): number {
  const { settings, versions, ...rest } = run;
  const insert = database.prepare(
    `INSERT INTO run (name, status, engine, engine_spec, machine_id, model_id, seed, task, turns, rollouts,
        keys_per_turn, dictionary_size, value_max, temperature, max_answer_tokens, stop, settings, prompt_hash,
        instance_hash, versions, suite, experiment, arm, trial, started_at, pid, process_start)
      VALUES (@name, 'running', @engine, @engineSpec, @machineId, @modelId, @seed, @task, @turns, @rollouts,
        @keysPerTurn, @dictionarySize, @valueMax, @temperature, @maxAnswerTokens, @stop, @settings, @promptHash,
        @instanceHash, @versions, @suite, @experiment, @arm, @trial, @startedAt, @pid, @processStart)`,
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
    startedAt: timestamp(),
    pid: process.pid,
    processStart: processStartOf(process.pid),
  };
  return database.transaction((): number => {
    const id = Number(insert.run(row).lastInsertRowid);
    sealRun(database, id);
    takeLease(database, id);
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

/**
 * Ends a run; rollouts that were still open end with it. Changes no facts of a run that has ended already, unless another
 * process took its writer for gone.
 */
export function endRun(
  database: Database,
  runId: number,
  end: RunEnd,
  openRollouts: RolloutEnd,
  onLocked: OnLocked = silent,
): void {
  const write = database.transaction(() => {
    database
      .prepare(
        `UPDATE run SET status = @status, error = @error, wall_ms = @wallMs,
          peak_rss_bytes = coalesce(@peakRssBytes, peak_rss_bytes)
          WHERE id = @runId AND (status = 'running' OR status = 'interrupted' AND error = @abandonedError)`,
      )
      .run({
        ...end,
        abandonedError,
        status: oneOf(runStatuses, "status", end.status),
        runId,
      });
    database
      .prepare("UPDATE rollout SET end = ?, ended_at = ? WHERE run_id = ? AND end IS NULL")
      .run(oneOf(rolloutEnds, "end", openRollouts), timestamp(), runId);
    // Another process may have taken this one for gone, and have sealed what had not ended.
    database.prepare("UPDATE rollout SET seal = NULL WHERE run_id = ? AND end = 'interrupted'").run(runId);
    sealEndedRun(database, runId);
  });
  whenFree(write, onLocked);
}

/** Adds what the machine was like to a run that has ended. */
export function recordConditions(
  database: Database,
  runId: number,
  conditions: Conditions,
  onLocked: OnLocked = silent,
): void {
  const write = database.transaction(() => {
    database.prepare("UPDATE run SET conditions = ? WHERE id = ?").run(JSON.stringify(conditions), runId);
    sealRun(database, runId);
  });
  whenFree(write, onLocked);
}

/** Told in words while another process holds the file. */
type OnLocked = (told: string) => void;
const silent: OnLocked = () => undefined;

type Statements = Readonly<
  Record<"rollout" | "rolloutEnd" | "turn" | "verdict" | "batch" | "event", Statement>
>;

/**
 * Writes what one run measures. Calls only collect; `flush` commits all of it in one transaction, and what it has
 * committed outlives a killed process.
 */
export class Recorder {
  readonly #database: Database;
  readonly #runId: number;
  readonly #statements: Statements;
  #pending: (() => void)[] = [];
  /** Told when another process holds the file, again and again. */
  onLocked: OnLocked = silent;

  constructor(database: Database, runId: number) {
    this.#database = database;
    this.#runId = runId;
    this.#statements = prepare(database);
  }

  startRollout(rollout: {
    readonly rollout: number;
    readonly dictionary: readonly { readonly key: string; readonly value: number }[];
    readonly startedAt: string;
  }): void {
    const dictionary = JSON.stringify(rollout.dictionary.map(({ key, value }) => [key, value]));
    this.#later("rollout", { ...rollout, dictionary, runId: this.#runId });
  }

  endRollout(end: {
    readonly rollout: number;
    readonly end: RolloutEnd;
    readonly detail: string | null;
    readonly endedAt: string;
  }): void {
    const { rollout, detail, endedAt } = end;
    this.#later("rolloutEnd", {
      rollout,
      end: oneOf(rolloutEnds, "end", end.end),
      detail,
      endedAt,
      runId: this.#runId,
    });
    this.#pending.push(() => sealRollout(this.#database, this.#runId, rollout));
  }

  turn(turn: TurnRow): void {
    this.#pending.push(() => {
      const columns = turnColumns(this.#runId, turn);
      const { lastInsertRowid } = this.#statements.turn.run({ ...columns, seal: sealOf(columns) });
      this.#statements.verdict.run(verdictColumns(lastInsertRowid, turn.verdict));
    });
  }

  batches(batches: readonly BatchRow[]): void {
    const rows = batches.map((batch) => batchColumns(this.#runId, batch));
    const seal = batchesSeal(rows);
    rows.forEach((row, index) => {
      this.#later("batch", { ...row, seal: index === rows.length - 1 ? seal : null });
    });
  }

  event(kind: string, data: Readonly<Record<string, unknown>>): void {
    this.#later("event", { kind, data: JSON.stringify(data), at: timestamp(), runId: this.#runId });
  }

  /** What the engine resolved and read back, once it is ready. */
  setRunEngine(engine: RunEngine): void {
    this.#pending.push(() => {
      updateEngine(this.#database, this.#runId, engine);
      sealRun(this.#database, this.#runId);
    });
  }

  /** Differences between wrong and right answers of an earlier run in this file, as {@link ownErrorsOf} has them. */
  ownErrors(runId: number, by: number): number[] {
    return ownErrorsOf(this.#database, runId, by);
  }

  /** Commits everything collected since the last flush. Durable when it returns; kept where it fails. */
  flush(): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    const commit = this.#database.transaction(() => {
      for (const write of pending) write();
      renewLease(this.#database, this.#runId);
    });
    whenFree(commit, this.onLocked);
    this.#pending = [];
  }

  /** Keeps the run this process's own while there is nothing to commit. @returns what ends that */
  keep(): () => void {
    const timer = setInterval(() => {
      try {
        renewLease(this.#database, this.#runId);
      } catch {
        // The file is another's for the moment; the next time comes long before anybody gives the run up.
      }
    }, renewEveryMs).unref();
    return () => clearInterval(timer);
  }

  finishRun(end: RunEnd): void {
    this.flush();
    const openRollouts = end.status === "failed" ? "engine_error" : "interrupted";
    endRun(this.#database, this.#runId, end, openRollouts, this.onLocked);
  }

  #later(statement: keyof Statements, row: Readonly<Record<string, unknown>>): void {
    this.#pending.push(() => void this.#statements[statement].run(row));
  }
}

function prepare(database: Database): Statements {
  return {
    rollout: database.prepare(
      "INSERT INTO rollout (run_id, rollout, dictionary, started_at) VALUES (@runId, @rollout, @dictionary, @startedAt)",
    ),
    rolloutEnd: database.prepare(
      "UPDATE rollout SET end = @end, detail = @detail, ended_at = @endedAt WHERE run_id = @runId AND rollout = @rollout",
    ),
    turn: database.prepare(insertTurn),
    verdict: database.prepare(insertVerdict),
    batch: database.prepare(
      `INSERT INTO batch (run_id, batch, phase, start_ms, end_ms, conversations, prefill_tokens, decode_tokens, threads,
        cpu_ms, mark, seal)
      VALUES (@run_id, @batch, @phase, @start_ms, @end_ms, @conversations, @prefill_tokens, @decode_tokens, @threads,
        @cpu_ms, @mark, @seal)`,
    ),
    event: database.prepare("INSERT INTO event (run_id, at, kind, data) VALUES (@runId, @at, @kind, @data)"),
  };
}

/** @throws Error where it is no name: lower-case letters, digits and hyphens */
function engineName(name: string): string {
  if (/^[a-z][a-z0-9-]*$/.test(name)) return name;
  throw new Error(`engine: "${name}" is no name`);
}

function batchColumns(runId: number, batch: BatchRow): SealedRow {
  return {
    run_id: runId,
    batch: batch.index,
    phase: oneOf(batchPhases, "phase", batch.phase),
    start_ms: batch.startMs,
    end_ms: batch.endMs,
    conversations: batch.conversations,
    prefill_tokens: batch.prefillTokens,
    decode_tokens: batch.decodeTokens,
    threads: batch.threads,
    cpu_ms: batch.cpuMs,
    mark: batch.mark === null ? null : oneOf(batchMarks, "mark", batch.mark),
  };
}

function updateEngine(database: Database, runId: number, engine: RunEngine): void {
  const known = database.prepare("SELECT versions FROM run WHERE id = ?").pluck().get(runId) as string;
  const versions = JSON.stringify({ ...(JSON.parse(known) as object), ...engine.versions });
  database
    .prepare(
      `UPDATE run SET parallel = @parallel, threads = @threads, context_length = @contextLength,
        batch_size = @batchSize, kv_type_k = @kvTypeK, kv_type_v = @kvTypeV, flash_attention = @flashAttention,
        backend_requested = @backendRequested, backend_used = @backendUsed, gpu_layers = @gpuLayers,
        template_hash = @templateHash, template_source = @templateSource, template_mode = @templateMode,
        chat = @chat, tuning = @tuning,
        kv_bytes = @kvBytes, vram_bytes = @vramBytes, prefix_tokens = @prefixTokens, prefix_ms = @prefixMs,
        versions = @versions WHERE id = @runId`,
    )
    .run({
      ...engine,
      chat: jsonOf(engine.chat),
      tuning: jsonOf(engine.tuning),
      flashAttention: engine.flashAttention === null ? null : Number(engine.flashAttention),
      versions,
      runId,
    });
}

function jsonOf(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function findOrInsert(database: Database, select: string, insert: string, row: object): number {
  const find = database.transaction((): number => {
    const known = database.prepare(select).pluck().get(row) as number | undefined;
    return known ?? Number(database.prepare(insert).run(row).lastInsertRowid);
  });
  return find.immediate();
}
