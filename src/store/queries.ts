import type { Database } from "better-sqlite3";
import { messageOf, UsageError } from "../errors.ts";
import { type AnswerSureness, heldConfidence, surenessIn } from "./confident-turns.ts";
import { fileTrouble } from "./file-errors.ts";
import { machineFactsOf, runFactsOf } from "./run-facts.ts";
import { datasetHashOf, levelSearchOf, warningsOf } from "./run-events.ts";
import { playedOn } from "./played-on.ts";
import { recordedBy } from "./verdicts.ts";
import { identityOf } from "./identity.ts";
import { abandonedError, abandonedRuns } from "./lease.ts";
import { storedSettings } from "../settings/stored.ts";
import type { MachineRow, ModelRow, OutcomeClass, RunPlace, RunRecord } from "./rows.ts";

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
  const settings = storedSettings(row["settings"] as string, row["seed"] as number);
  const machineId = row["machine_id"] as number;
  const machine = machineOf(database, machineId);
  const isAbandoned = row["status"] === "running" && abandonedRuns(database).includes(id);
  return {
    ...(camelCase(row) as unknown as RunRecord),
    uid: identityOf(database, id)?.uid ?? null,
    settings,
    answerLimit: row["max_answer_tokens"] as number | null,
    versions: JSON.parse(row["versions"] as string) as Record<string, string>,
    ...runFactsOf(row),
    levelSearch: levelSearchOf(database, id, settings),
    flashAttention: row["flash_attention"] === null ? null : row["flash_attention"] === 1,
    status: isAbandoned ? "interrupted" : (row["status"] as RunRecord["status"]),
    error: isAbandoned ? abandonedError : (row["error"] as string | null),
    warnings: warningsOf(database, id),
    places: placesOf(database, id),
    parserVersion: parserVersion(database, id),
    datasetHash: settings.dataset === null ? null : (settings.dataset.sha256 ?? datasetHashOf(database, id)),
    model: model === undefined ? null : toModel(model),
    machine,
    machines: playedOn(database, id, machineId).map((one) =>
      one === machineId ? machine : machineOf(database, one),
    ),
  };
}

/** A machine by its row's number. */
export function machineOf(database: Database, id: number): MachineRow {
  const row = database.prepare("SELECT * FROM machine WHERE id = ?").get(id) as Row;
  return {
    ...(camelCase(row) as unknown as MachineRow),
    gpus: JSON.parse(row["gpus"] as string) as string[],
    facts: machineFactsOf(row["facts"]),
  };
}

/**
 * The newest parser by which a run was judged. Rollouts are judged whole, so their first turns tell; null: it has none.
 */
function parserVersion(database: Database, runId: number): number | null {
  return database
    .prepare(
      `SELECT max((SELECT max(parser_version) FROM verdict WHERE turn_id =
          (SELECT id FROM turn WHERE turn.run_id = rollout.run_id AND turn.rollout = rollout.rollout
            ORDER BY turn, attempt LIMIT 1)))
        FROM rollout WHERE run_id = ?`,
    )
    .pluck()
    .get(runId) as number | null;
}

function placesOf(database: Database, runId: number): RunPlace[] {
  const rows = database
    .prepare("SELECT suite, experiment, arm, trial, asked, at FROM place WHERE run_id = ? ORDER BY rowid")
    .all(runId) as (Omit<RunPlace, "asked"> & { readonly asked: string })[];
  return rows.map((place) => ({ ...place, asked: JSON.parse(place.asked) as RunPlace["asked"] }));
}

/** The runs that finished any turn. */
export function answeredRuns(database: Database): Set<number> {
  const ids = database
    .prepare("SELECT id FROM run WHERE EXISTS (SELECT 1 FROM turn WHERE turn.run_id = run.id)")
    .pluck()
    .all() as number[];
  return new Set(ids);
}

/** How many rollouts of each run an engine error ended, by the run's number; none where it ended none. */
export function brokenRollouts(database: Database): ReadonlyMap<number, number> {
  const rows = database
    .prepare("SELECT run_id AS id, count(*) AS n FROM rollout WHERE end = 'engine_error' GROUP BY run_id")
    .all() as { id: number; n: number }[];
  return new Map(rows.map(({ id, n }) => [id, n]));
}

/** One turn as a person reads it. */
export interface TurnText {
  readonly turn: number;
  readonly keys: readonly string[];
  readonly expected: number;
  readonly truth: number;
  readonly answer: number | null;
  readonly class: OutcomeClass;
  readonly text: string;
  /** Null: not told. */
  readonly confidence: AnswerSureness | null;
}

/** The turns of one rollout, in order. */
export function transcript(
  database: Database,
  run: Pick<RunRecord, "id" | "versions">,
  rollout: number,
): TurnText[] {
  const rows = database
    .prepare(
      `SELECT turn, keys, expected, truth, answer, class, text, ${heldConfidence} FROM turns
        WHERE run_id = @runId AND rollout = @rollout AND attempt = 1 ORDER BY turn`,
    )
    .all({ runId: run.id, recordedBy: recordedBy(run), rollout }) as Row[];
  return rows.map((row) => ({
    ...(row as unknown as TurnText),
    keys: JSON.parse(row["keys"] as string) as string[],
    confidence: surenessIn(row["confidence"] as string | null),
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
    const rows = statement.raw().safeIntegers().all() as unknown[][];
    return {
      columns: statement.columns().map(({ name }) => name),
      rows: rows.map((row) => row.map(asGiven)),
    };
  } catch (error) {
    throw new UsageError(`sql: ${fileTrouble(error) ?? messageOf(error)}.`);
  }
}

/** Digits that a number would round stay a text, and bytes are SQLite's own literal of them. */
function asGiven(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return `x'${value.toString("hex")}'`;
  if (typeof value !== "bigint") return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
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
