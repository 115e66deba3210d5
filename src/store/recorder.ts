import type { Database, Statement } from "better-sqlite3";
import { timestamp } from "../clock.ts";
import { batchMarks } from "../hardware/facts.ts";
import { endRun } from "./end-run.ts";
import { keepLease, renewLease } from "./lease.ts";
import { oneOf } from "./one-of.ts";
import {
  type BatchRow,
  batchPhases,
  type RemeasuredRow,
  type RolloutEnd,
  rolloutEnds,
  type RunEnd,
  type RunEngine,
  type TurnRow,
} from "./rows.ts";
import { RoomWatch } from "./room.ts";
import { batchesSeal, rowSeal, type SealedRow, sealedAs, sealRollout, sealRun } from "./seal.ts";
import { batchesBefore } from "./sessions.ts";
import { insertTimes, insertTurn, timesColumns, turnColumns } from "./turn-columns.ts";
import { insertVerdict, ownErrorsOf, verdictColumns } from "./verdicts.ts";
import { type OnLocked, whenFree } from "./when-free.ts";

/**
 * Writes what one run measures. Calls only collect; `flush` commits all of it in one transaction, and what it has
 * committed outlives a killed process.
 */
export class Recorder {
  readonly #database: Database;
  readonly #runId: number;
  readonly #session: number | null;
  /** Of the sessions before. */
  readonly #before: { readonly count: number; readonly ms: number };
  readonly #sealedAs: number;
  readonly #statements: Statements;
  #pending: (() => void)[] = [];
  /** Of the disk that it writes to. */
  readonly room: RoomWatch;
  /** Told when another process holds the file, again and again. */
  onLocked: OnLocked = () => undefined;

  /** @param session that of {@link takeOver}; null: this process began the run */
  constructor(database: Database, runId: number, session: number | null = null) {
    this.#database = database;
    this.room = new RoomWatch(database.name);
    this.#runId = runId;
    this.#session = session;
    this.#before = session === null ? { count: 0, ms: 0 } : batchesBefore(database, runId);
    this.#sealedAs = sealedAs(database, runId);
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
      const columns = turnColumns(this.#runId, this.#numbered(turn), this.#session);
      const { lastInsertRowid } = this.#statements.turn.run({
        ...columns,
        seal: rowSeal(columns, this.#sealedAs),
      });
      this.#statements.verdict.run(verdictColumns(lastInsertRowid, turn.verdict));
    });
  }

  batches(batches: readonly BatchRow[]): void {
    const { count, ms } = this.#before;
    const rows = batches.map((batch) =>
      batchColumns(this.#runId, {
        ...batch,
        index: batch.index + count,
        startMs: batch.startMs + ms,
        endMs: batch.endMs + ms,
      }),
    );
    const seal = batchesSeal(rows, this.#sealedAs);
    rows.forEach((row, index) => {
      this.#later("batch", { ...row, seal: index === rows.length - 1 ? seal : null });
    });
  }

  /** Times of turns that were taken again, behind their batches. The run has ended before, and is sealed with them. */
  remeasured(rows: readonly RemeasuredRow[]): void {
    this.#pending.push(() => {
      for (const row of rows) {
        const columns = timesColumns(this.#runId, this.#numbered(row), this.#session);
        this.#statements.times.run({ ...columns, seal: rowSeal(columns, this.#sealedAs) });
      }
      sealRun(this.#database, this.#runId);
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
  ownErrors(named: number | string, by: number): number[] {
    return ownErrorsOf(this.#database, named, by);
  }

  /** Commits everything collected since the last flush. Durable when it returns; what cannot be written at all is not tried again. */
  flush(): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    const commit = this.#database.transaction(() => {
      for (const write of pending) write();
      renewLease(this.#database, this.#runId, this.#session);
    });
    whenFree(() => commit.immediate(), this.onLocked);
  }

  /** Keeps the run its writer's while nothing is committed. @returns what ends that */
  keep(): () => void {
    return keepLease(this.#database, this.#runId, this.#session);
  }

  finishRun(end: RunEnd): void {
    this.flush();
    const openRollouts = end.status === "failed" ? "engine_error" : "interrupted";
    const run = { runId: this.#runId, session: this.#session };
    whenFree(() => endRun(this.#database, run, end, openRollouts), this.onLocked);
  }

  /** An engine counts its batches from its own start. */
  #numbered<Row extends Pick<TurnRow, "firstBatch" | "lastBatch">>(row: Row): Row {
    const { count } = this.#before;
    const { firstBatch, lastBatch } = row;
    return {
      ...row,
      firstBatch: firstBatch === null ? null : firstBatch + count,
      lastBatch: lastBatch === null ? null : lastBatch + count,
    };
  }

  #later(statement: keyof Statements, row: Readonly<Record<string, unknown>>): void {
    this.#pending.push(() => void this.#statements[statement].run(row));
  }
}

type Statements = Readonly<
  Record<"rollout" | "rolloutEnd" | "turn" | "times" | "verdict" | "batch" | "event", Statement>
>;

function prepare(database: Database): Statements {
  return {
    rollout: database.prepare(
      "INSERT INTO rollout (run_id, rollout, dictionary, started_at) VALUES (@runId, @rollout, @dictionary, @startedAt)",
    ),
    rolloutEnd: database.prepare(
      "UPDATE rollout SET end = @end, detail = @detail, ended_at = @endedAt WHERE run_id = @runId AND rollout = @rollout",
    ),
    turn: database.prepare(insertTurn),
    times: database.prepare(insertTimes),
    verdict: database.prepare(insertVerdict),
    batch: database.prepare(
      `INSERT INTO batch (run_id, batch, phase, start_ms, end_ms, conversations, prefill_tokens, decode_tokens, threads,
        cpu_ms, mark, in_place_of, seal)
      VALUES (@run_id, @batch, @phase, @start_ms, @end_ms, @conversations, @prefill_tokens, @decode_tokens, @threads,
        @cpu_ms, @mark, @in_place_of, @seal)`,
    ),
    event: database.prepare("INSERT INTO event (run_id, at, kind, data) VALUES (@runId, @at, @kind, @data)"),
  };
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
    in_place_of: batch.inPlaceOf ?? null,
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
        chat = @chat, tuning = @tuning, server = @server,
        kv_bytes = @kvBytes, vram_bytes = @vramBytes, prefix_tokens = @prefixTokens, prefix_ms = @prefixMs,
        versions = @versions WHERE id = @runId`,
    )
    .run({
      ...engine,
      chat: jsonOf(engine.chat),
      tuning: jsonOf(engine.tuning),
      server: jsonOf(engine.server),
      flashAttention: engine.flashAttention === null ? null : Number(engine.flashAttention),
      versions,
      runId,
    });
}

function jsonOf(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
