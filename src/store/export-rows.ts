import type { Database } from "better-sqlite3";

/** Reads whole rows one at a time: what is exported can be more than fits into memory. */

export type Cell = string | number | null;

/** What one exported row describes. */
export const exportKinds = ["turns", "rollouts", "runs"] as const;
export type ExportKind = (typeof exportKinds)[number];

export interface ExportColumn {
  readonly name: string;
  /** A JSON text in the file: a list or a record. */
  readonly isJson: boolean;
}

/** The columns of an export, in order. Names are those of the file's views; seals and row ids stay there. */
export function exportColumns(kind: ExportKind): ExportColumn[] {
  return selections[kind].columns.map(([name]) => ({ name, isJson: jsonColumns.has(name) }));
}

/** The rows of some runs as lists of cells, run by run, in the order of rollouts and turns. */
export function* exportRows(
  database: Database,
  kind: ExportKind,
  runIds: readonly number[],
): Generator<Cell[]> {
  const { columns, from } = selections[kind];
  const names = columns.map(([name, expression]) =>
    expression === null ? name : `${expression} AS ${name}`,
  );
  const statement = database.prepare(`SELECT ${names.join(", ")} FROM ${from}`).raw();
  for (const id of runIds) yield* statement.iterate(id) as IterableIterator<Cell[]>;
}

/** A turn as other evaluators judge it, from its own text. */
export interface ScoringRow {
  readonly rollout: number;
  readonly turn: number;
  readonly value: number;
  readonly truth: number;
  readonly text: string;
  /** The history before it is the model's own and nothing else. */
  readonly isOwn: boolean;
}

/** The finished turns of a run, by rollout and turn. */
export function* scoringRows(database: Database, runId: number): Generator<ScoringRow> {
  const rows = database
    .prepare(
      `SELECT rollout, turn, value, truth, text, policy = 'own' AND injected = 0 AS isOwn
        FROM turn WHERE run_id = ? AND attempt = 1 ORDER BY rollout, turn`,
    )
    .iterate(runId) as IterableIterator<Omit<ScoringRow, "isOwn"> & { isOwn: number }>;
  for (const row of rows) yield { ...row, isOwn: row.isOwn === 1 };
}

/** The data set that a run took from a file, as it was recorded with the run, or null. */
export function recordedDataset(database: Database, runId: number): string | null {
  const text = database
    .prepare("SELECT json_extract(data, '$.text') FROM event WHERE run_id = ? AND kind = 'dataset'")
    .pluck()
    .get(runId);
  return typeof text === "string" ? text : null;
}

const jsonColumns: ReadonlySet<string> = new Set([
  "keys",
  "token_ids",
  "inter_token_ms",
  "confidence",
  "dictionary",
  "settings",
  "versions",
  "chat",
  "tuning",
  "conditions",
  "server",
  "served",
]);

/** A column's name, and what it is where it is not a column of that name. */
type Selected = readonly [name: string, expression: string | null];

interface Selection {
  readonly columns: readonly Selected[];
  readonly from: string;
}

const selections: Readonly<Record<ExportKind, Selection>> = {
  turns: {
    columns: plain(
      `run_id rollout turn attempt policy injected keys value truth shown_before values_since expected text reasoning
      stop parser_version class answer first_answer turn_correct index_correct task_correct after_missing token_ids
      prompt_tokens reused_tokens prefilled_tokens decoded_tokens reasoning_tokens ttft_ms decode_ms inter_token_ms
      cpu_ms conversations first_batch last_batch started_at answer_form again_reason confidence served`,
    ),
    from: "turns WHERE run_id = ? ORDER BY rollout, turn, attempt",
  },
  rollouts: {
    columns: [
      ...plain("run_id rollout end detail"),
      ["turns_finished", ofRollout("SELECT count(*) FROM turn")],
      ["first_error_turn", ofRollout("SELECT min(turn) FROM turns AS turn", "AND turn_correct = 0")],
      ...plain("started_at ended_at dictionary"),
    ],
    from: "rollout WHERE run_id = ? ORDER BY rollout",
  },
  runs: {
    columns: [
      ["run_id", "runs.id"],
      ...qualified(
        `name status error engine engine_spec started_at wall_ms model model_path model_sha256 architecture parameters
        quantization model_bytes task turns rollouts keys_per_turn dictionary_size value_max temperature
        max_answer_tokens stop seed parallel threads context_length kv_type_k kv_type_v flash_attention
        backend_requested backend_used gpu_layers prompt_hash template_hash instance_hash kv_bytes vram_bytes
        peak_rss_bytes prefix_tokens prefix_ms suite experiment arm trial`,
      ),
      ...(["settings", "versions", "chat", "tuning", "conditions", "server"] as const).map(
        (name): Selected => [name, `run.${name}`],
      ),
      ...(["cpu_model", "physical_cores", "logical_cores", "memory_bytes", "os", "arch"] as const).map(
        (name): Selected => [name, `machine.${name}`],
      ),
    ],
    from: "runs JOIN run ON run.id = runs.id JOIN machine ON machine.id = run.machine_id WHERE runs.id = ?",
  },
};

function plain(names: string): Selected[] {
  return names.split(/\s+/).map((name) => [name, null]);
}

function qualified(names: string): Selected[] {
  return names.split(/\s+/).map((name) => [name, `runs.${name}`]);
}

/** A figure over the first attempts of a rollout's turns. */
function ofRollout(select: string, condition = ""): string {
  return `(${select} WHERE turn.run_id = rollout.run_id AND turn.rollout = rollout.rollout AND attempt = 1 ${condition})`;
}
