import type { Database } from "better-sqlite3";
import { messageOf, UsageError } from "../errors.ts";
import { isProcessAlive } from "./database.ts";
import type {
  BatchRow,
  MachineRow,
  ModelRow,
  RolloutRecord,
  RunRecord,
  RunSettings,
  TurnTiming,
  TurnVerdict,
} from "./rows.ts";

/** Every run, oldest first. */
export function listRuns(database: Database): RunRecord[] {
  const ids = database.prepare("SELECT id FROM run ORDER BY id").pluck().all() as number[];
  return ids.map((id) => getRun(database, id)).filter((run) => run !== null);
}

/** One run with its model and machine, or null. A run whose process is gone reads as interrupted. */
export function getRun(database: Database, id: number): RunRecord | null {
  const row = database.prepare("SELECT * FROM run WHERE id = ?").get(id) as Row | undefined;
  if (row === undefined) return null;
  const model = database.prepare("SELECT * FROM model WHERE id = ?").get(row["model_id"]) as Row | undefined;
  const machine = database.prepare("SELECT * FROM machine WHERE id = ?").get(row["machine_id"]) as Row;
  const settings = JSON.parse(row["settings"] as string) as RunSettings;
  const isAbandoned =
    row["status"] === "running" &&
    !isProcessAlive(row["pid"] as number, row["process_start"] as string | null);
  const warnings = database
    .prepare(
      "SELECT json_extract(data, '$.message') FROM event WHERE run_id = ? AND kind = 'warning' ORDER BY id",
    )
    .pluck()
    .all(id) as string[];
  return {
    ...(camelCase(row) as unknown as RunRecord),
    settings,
    versions: JSON.parse(row["versions"] as string) as Record<string, string>,
    flashAttention: row["flash_attention"] === null ? null : row["flash_attention"] === 1,
    status: isAbandoned ? "interrupted" : (row["status"] as RunRecord["status"]),
    error: isAbandoned ? "the process ended without finishing" : (row["error"] as string | null),
    warnings,
    model: model === undefined ? null : toModel(model),
    machine: {
      ...(camelCase(machine) as unknown as MachineRow),
      gpus: JSON.parse(machine["gpus"] as string) as string[],
    },
  };
}

/** Verdicts by the newest parser version, by rollout and turn. */
export function turnVerdicts(database: Database, runId: number): TurnVerdict[] {
  const rows = database
    .prepare(
      `SELECT rollout, turn, class, turn_correct, index_correct, task_correct FROM turns
        WHERE run_id = ? AND attempt = 1 ORDER BY rollout, turn`,
    )
    .all(runId) as Row[];
  return rows.map((row) => ({
    rollout: row["rollout"] as number,
    turn: row["turn"] as number,
    class: row["class"] as TurnVerdict["class"],
    turnCorrect: row["turn_correct"] === 1,
    indexCorrect: row["index_correct"] === 1,
    taskCorrect: row["task_correct"] === 1,
  }));
}

/** How every begun rollout went. */
export function rolloutRecords(database: Database, runId: number): RolloutRecord[] {
  return database
    .prepare(
      `SELECT rollout, end, (SELECT count(*) FROM turn WHERE turn.run_id = rollout.run_id
        AND turn.rollout = rollout.rollout AND attempt = 1) AS turnsFinished
        FROM rollout WHERE run_id = ? ORDER BY rollout`,
    )
    .all(runId) as RolloutRecord[];
}

export function* turnTimings(database: Database, runId: number): Generator<TurnTiming> {
  const rows = database
    .prepare(
      `SELECT turn, prompt_tokens, reused_tokens, prefilled_tokens, decoded_tokens, ttft_ms, decode_ms, inter_token_ms
        FROM turn WHERE run_id = ? ORDER BY id`,
    )
    .iterate(runId) as IterableIterator<Row>;
  for (const row of rows) {
    const timing = camelCase(row) as unknown as TurnTiming;
    yield { ...timing, interTokenMs: JSON.parse(row["inter_token_ms"] as string) as number[] };
  }
}

export function* batches(database: Database, runId: number): Generator<BatchRow> {
  const rows = database
    .prepare('SELECT *, batch AS "index" FROM batch WHERE run_id = ? ORDER BY batch')
    .iterate(runId);
  for (const row of rows as IterableIterator<Row>) yield camelCase(row) as unknown as BatchRow;
}

/** One turn as a person reads it. */
export interface TurnText {
  readonly turn: number;
  readonly keys: readonly string[];
  readonly expected: number;
  readonly truth: number;
  readonly answer: number | null;
  readonly class: string;
  readonly text: string;
}

/** The turns of one rollout, in order. */
export function transcript(database: Database, runId: number, rollout: number): TurnText[] {
  const rows = database
    .prepare(
      `SELECT turn, keys, expected, truth, answer, class, text FROM turns
        WHERE run_id = ? AND rollout = ? AND attempt = 1 ORDER BY turn`,
    )
    .all(runId, rollout) as Row[];
  return rows.map((row) => ({
    ...(row as unknown as TurnText),
    keys: JSON.parse(row["keys"] as string) as string[],
  }));
}

/**
 * Carries out one statement that reads.
 *
 * @throws UsageError for anything that would write, and for what SQLite refuses
 */
export function runSql(database: Database, text: string): { columns: string[]; rows: unknown[][] } {
  try {
    const statement = database.prepare(text);
    if (!statement.reader || !statement.readonly) throw new Error("only a statement that reads is allowed");
    return {
      columns: statement.columns().map(({ name }) => name),
      rows: statement.raw().all() as unknown[][],
    };
  } catch (error) {
    throw new UsageError(`sql: ${messageOf(error)}.`);
  }
}

type Row = Readonly<Record<string, unknown>>;

function toModel(row: Row): ModelRow {
  return {
    ...(camelCase(row) as unknown as ModelRow),
    metadata: JSON.parse(row["metadata"] as string) as Record<string, unknown>,
  };
}

function camelCase(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
