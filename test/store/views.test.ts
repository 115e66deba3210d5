import Sqlite from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { migrate } from "../../src/store/migrate.ts";
import { applicationId, migrations } from "../../src/store/migrations.ts";

type Database = ReturnType<typeof fileOfVersion1>;

/** A file as the first release wrote it, before anything was sealed. */
function fileOfVersion1() {
  const database = new Sqlite(":memory:");
  database.pragma("foreign_keys = ON");
  database.exec(migrations[0] ?? "");
  database.pragma(`application_id = ${applicationId}`);
  database.pragma("user_version = 1");
  database.exec("INSERT INTO machine VALUES (1, 'made up', 1, 1, 1, 'none', 'none', '[]')");
  return database;
}

function addRun(database: Database, id: number, turns: number, rollouts: readonly (readonly boolean[])[]) {
  database
    .prepare(
      `INSERT INTO run (id, name, status, engine, machine_id, seed, task, turns, rollouts, keys_per_turn,
        dictionary_size, value_max, temperature, max_answer_tokens, stop, settings, prompt_hash, instance_hash, versions,
        started_at, pid)
      VALUES (?, 'old', 'complete', 'scripted', 1, 1, 'dict-sum', ?, ?, 1, 20, 99, 0, 32, 'answer', '{}', 'p', 'i', '{}',
        '', 1)`,
    )
    .run(id, turns, rollouts.length);
  const rollout = database.prepare(
    "INSERT INTO rollout (run_id, rollout, dictionary, started_at) VALUES (?, ?, '[]', '')",
  );
  rollouts.forEach((marks, index) => {
    rollout.run(id, index);
    marks.forEach((isRight, before) => addTurn(database, [id, index, before + 1], isRight));
  });
}

function addTurn(database: Database, place: readonly [number, number, number], isRight: boolean): void {
  const { lastInsertRowid } = database
    .prepare(
      `INSERT INTO turn (run_id, rollout, turn, attempt, policy, injected, keys, value, truth, values_since, expected,
        text, token_ids, stop, prompt_tokens, reused_tokens, prefilled_tokens, decoded_tokens, reasoning_tokens, ttft_ms,
        decode_ms, inter_token_ms, cpu_ms, conversations, first_batch, last_batch, started_at)
      VALUES (?, ?, ?, 1, 'own', 0, '[]', 1, 1, 0, 1, '', '[]', 'answer', 10, 6, 4, 3, 0, 5.25, 2.5, '[1,1]', 1, 1, 0, 2,
        '')`,
    )
    .run(...place);
  addVerdict(database, lastInsertRowid, 1, isRight);
}

function addVerdict(database: Database, turnId: number | bigint, version: number, isRight: boolean): void {
  database
    .prepare("INSERT INTO verdict VALUES (?, ?, ?, 1, 1, ?, ?, ?, 0)")
    .run(turnId, version, isRight ? "right" : "wrong_number", ...Array(3).fill(Number(isRight)));
}

const views = [
  "runs",
  "turns",
  "turn_accuracy",
  "rollout_survival",
  "task_accuracy",
  "throughput",
  "outcomes",
] as const;

/** Columns that came later are left out. */
function everyView(database: Database, columnsOf: Readonly<Record<string, string>>) {
  return views.map((view) =>
    database.prepare(`SELECT ${columnsOf[view]} FROM ${view} ORDER BY 1, 2, 3`).all(),
  );
}

function viewColumns(database: Database): Record<string, string> {
  const columns = database.prepare("SELECT group_concat(name) FROM pragma_table_info(?)").pluck();
  return Object.fromEntries(views.map((view) => [view, columns.get(view) as string]));
}

describe("a file of the first release", () => {
  const rollouts = fc.array(fc.array(fc.boolean(), { maxLength: 6 }), { minLength: 1, maxLength: 10 });

  it("gives the same rows through every view after the migration, to the last bit", () => {
    fc.assert(
      fc.property(fc.array(rollouts, { maxLength: 3 }), fc.nat(5), (runs, rescored) => {
        const database = fileOfVersion1();
        runs.forEach((all, index) => addRun(database, index + 1, 6, all));
        const turns = database.prepare("SELECT id FROM turn").pluck().all() as number[];
        for (const id of turns.slice(0, rescored)) addVerdict(database, id, 2, id % 2 === 0);
        const columns = viewColumns(database);
        const before = everyView(database, columns);
        migrate(database);
        expect(everyView(database, columns)).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });
});

describe("the view task_accuracy", () => {
  it("reads the turns of the file once, however many turns the curve has", () => {
    const database = fileOfVersion1();
    migrate(database);
    const plan = database.prepare("EXPLAIN QUERY PLAN SELECT * FROM task_accuracy").all() as {
      detail: string;
    }[];
    expect(plan.filter(({ detail }) => /^(SCAN|SEARCH) turn\b/.test(detail))).toHaveLength(1);
  });
});
