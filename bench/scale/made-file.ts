/** A file with many turn rows, as wide as real ones, made in one go: what the program reads, without an hour of runs. */
import { rmSync } from "node:fs";
import { Random } from "../../src/random.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import { sha256Of } from "../../src/sha256.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { rowSeal, sealOf, sealRun } from "../../src/store/seal.ts";

const turns = 50;

/**
 * Writes a file of about `rows` turns: runs of scripted models, each its own, 50 turns a rollout, each row with its seal.
 *
 * @param create makes the empty file
 * @param part runs of another part are other runs
 */
export function makeFile(
  path: string,
  rows: number,
  create: (path: string) => Database = openDatabase,
  part = 1,
  runs = 10,
): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
  const database = create(path);
  database.pragma("synchronous = OFF");
  const rollouts = Math.max(1, Math.round(rows / turns / runs));
  database.transaction(() => {
    database
      .prepare(
        "INSERT INTO machine (cpu_model, physical_cores, logical_cores, memory_bytes, os, arch, gpus) VALUES ('made up', 1, 1, 1, 'none', 'none', '[]')",
      )
      .run();
    for (let run = 1; run <= runs; run++) addRun(database, run, rollouts, part);
  })();
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
}

function addRun(database: Database, run: number, rollouts: number, part: number): void {
  const settings = { ...standardSettings, turns, rollouts, maxAnswerTokens: 32, seed: part, asked: {} };
  database
    .prepare(
      `INSERT INTO run (id, name, status, engine, engine_spec, machine_id, seed, task, turns, rollouts, keys_per_turn,
        dictionary_size, value_max, temperature, max_answer_tokens, stop, settings, prompt_hash, instance_hash, parallel,
        versions, started_at, wall_ms, pid)
      VALUES (?, ?, 'complete', 'scripted', ?, 1, ?, 'dict-sum', ?, ?, 1, 20, 99, 0, 32, 'answer', ?, 'p', 'i', 8, '{}',
        '2026-01-01T00:00:00.000Z', 1000, 1)`,
    )
    .run(run, `made ${run}`, `p=0.9${run}`, part, turns, rollouts, JSON.stringify(settings));
  const uid = `u${sha256Of(`made ${part} ${run}`).slice(0, 31)}`;
  const identity = { run_id: run, uid, trial_uid: uid, replaces: null };
  insert(database, "identity", { ...identity, seal: sealOf(identity) });
  const random = new Random("scale", run, part);
  // Eight conversations at a time, turn by turn, as they are written by a run.
  for (let first = 0; first < rollouts; first += 8)
    addWave(database, run, { first, size: Math.min(8, rollouts - first), random });
  sealRun(database, run);
}

function addWave(
  database: Database,
  run: number,
  { first, size, random }: { readonly first: number; readonly size: number; readonly random: Random },
): void {
  const wave = Array.from({ length: size }, (_, index) => {
    const row = {
      run_id: run,
      rollout: first + index,
      dictionary: dictionaryOf(first + index),
      end: "complete",
      started_at: "2026-01-01T00:00:00.000Z",
    };
    insert(database, "rollout", row);
    return { row, seals: [] as string[], isRight: true };
  });
  for (let turn = 1; turn <= turns; turn++)
    for (const one of wave) {
      const right = random.unit() < 0.97 + (1 + ((run - 1) % 10)) * 0.002;
      one.isRight &&= right;
      one.seals.push(
        addTurn(database, { run, rollout: one.row.rollout, turn }, random, [right, one.isRight]),
      );
    }
  const seal = database.prepare("UPDATE rollout SET seal = ? WHERE run_id = ? AND rollout = ?");
  for (const { row, seals } of wave) seal.run(rowSeal(row, run, ...seals), run, row.rollout);
}

/** @returns its seal */
function addTurn(
  database: Database,
  { run, rollout, turn }: { readonly run: number; readonly rollout: number; readonly turn: number },
  random: Random,
  [right, isTaskRight]: readonly [boolean, boolean],
): string {
  const gaps = Array.from({ length: 5 }, () => (5 + random.unit()).toFixed(3));
  const row = {
    ...everyTurn,
    run_id: run,
    rollout,
    turn,
    prompt_tokens: 100 + 14 * turn,
    reused_tokens: 93 + 14 * turn,
    ttft_ms: 20 + 10 * random.unit(),
    inter_token_ms: `[${gaps.join(",")}]`,
  };
  const seal = rowSeal(row, run);
  const id = insert(database, "turn", { ...row, seal });
  insert(database, "verdict", {
    turn_id: id,
    parser_version: 1,
    class: right ? "right" : "wrong_number",
    answer: 345,
    first_answer: 345,
    turn_correct: Number(right),
    index_correct: Number(isTaskRight),
    task_correct: Number(isTaskRight),
    after_missing: 0,
  });
  return seal;
}

const everyTurn = {
  attempt: 1,
  policy: "own",
  injected: 0,
  keys: '["brick"]',
  value: 12,
  truth: 345,
  shown_before: 333,
  values_since: 0,
  expected: 345,
  text: "<answer>345</answer>",
  token_ids: "[17,2029,1811,18,23,4]",
  stop: "answer",
  prefilled_tokens: 7,
  decoded_tokens: 6,
  reasoning_tokens: 0,
  decode_ms: 27.5,
  cpu_ms: 12.5,
  conversations: 8,
  first_batch: 100,
  last_batch: 105,
  started_at: "2026-01-01T00:00:00.000Z",
};

const statements = new WeakMap<Database, Map<string, ReturnType<Database["prepare"]>>>();

/** @returns its rowid */
function insert(database: Database, table: string, row: Readonly<Record<string, unknown>>): number | bigint {
  const known = statements.get(database) ?? new Map<string, ReturnType<Database["prepare"]>>();
  statements.set(database, known);
  const columns = Object.keys(row);
  const statement =
    known.get(table) ??
    database.prepare(
      `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map((one) => `@${one}`).join(", ")})`,
    );
  known.set(table, statement);
  return statement.run(row).lastInsertRowid;
}

/** As long as a real one of 20 words; no two rollouts of a run have the same, and those of one instance do. */
function dictionaryOf(rollout: number): string {
  const entries = Array.from({ length: 20 }, (_, index) => [`word${index}of${rollout}`, index]);
  return JSON.stringify(entries);
}
