/** A file with many turn rows, as wide as real ones, made in one go: what the program reads, without an hour of runs. */
import { rmSync } from "node:fs";
import { Random } from "../../src/random.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";

const turns = 50;
const runs = 10;

/**
 * Writes a file of about `rows` turns: ten runs of scripted models, 50 turns a rollout.
 *
 * @param create makes the empty file
 */
export function makeFile(
  path: string,
  rows: number,
  create: (path: string) => Database = openDatabase,
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
    for (let run = 1; run <= runs; run++) addRun(database, run, rollouts);
  })();
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
}

function addRun(database: Database, run: number, rollouts: number): void {
  const settings = { ...standardSettings, turns, rollouts, maxAnswerTokens: 32, asked: {} };
  database
    .prepare(
      `INSERT INTO run (id, name, status, engine, engine_spec, machine_id, seed, task, turns, rollouts, keys_per_turn,
        dictionary_size, value_max, temperature, max_answer_tokens, stop, settings, prompt_hash, instance_hash, parallel,
        versions, started_at, wall_ms, pid)
      VALUES (?, ?, 'complete', 'scripted', ?, 1, 1, 'dict-sum', ?, ?, 1, 20, 99, 0, 32, 'answer', ?, 'p', 'i', 8, '{}',
        '2026-01-01T00:00:00.000Z', 1000, 1)`,
    )
    .run(run, `made ${run}`, `p=0.9${run}`, turns, rollouts, JSON.stringify(settings));
  const random = new Random("scale", run);
  const rollout = database.prepare(
    "INSERT INTO rollout (run_id, rollout, dictionary, end, started_at) VALUES (?, ?, ?, 'complete', '2026-01-01T00:00:00.000Z')",
  );
  const turn = database.prepare(
    `INSERT INTO turn (run_id, rollout, turn, attempt, policy, injected, keys, value, truth, shown_before, values_since,
      expected, text, token_ids, stop, prompt_tokens, reused_tokens, prefilled_tokens, decoded_tokens, reasoning_tokens,
      ttft_ms, decode_ms, inter_token_ms, cpu_ms, conversations, first_batch, last_batch, started_at, seal)
    VALUES (?, ?, ?, 1, 'own', 0, '["brick"]', 12, 345, 333, 0, 345, '<answer>345</answer>', '[17,2029,1811,18,23,4]', 'answer',
      ?, ?, 7, 6, 0, ?, ?, ?, 12.5, 8, 100, 105, '2026-01-01T00:00:00.000Z',
      'f2ca1bb6c7e907d06dafe4687e579fce76b37e4e93b7605022da52e6ccc26fd2')`,
  );
  const verdict = database.prepare(
    `INSERT INTO verdict (turn_id, parser_version, class, answer, first_answer, turn_correct, index_correct, task_correct,
      after_missing) VALUES (?, 1, ?, 345, 345, ?, ?, ?, 0)`,
  );
  // Eight conversations at a time, turn by turn, as they are written by a run.
  for (let first = 0; first < rollouts; first += 8) {
    const wave = Array.from({ length: Math.min(8, rollouts - first) }, (_, index) => ({
      index: first + index,
      isRight: true,
    }));
    for (const { index } of wave) rollout.run(run, index, dictionaryOf(index));
    for (let at = 1; at <= turns; at++) {
      for (const one of wave) {
        const right = random.unit() < 0.97 + run * 0.002;
        one.isRight &&= right;
        const ttftMs = 20 + 10 * random.unit();
        const gaps = Array.from({ length: 5 }, () => (5 + random.unit()).toFixed(3));
        const { lastInsertRowid } = turn.run(
          run,
          one.index,
          at,
          100 + 14 * at,
          93 + 14 * at,
          ttftMs,
          27.5,
          `[${gaps.join(",")}]`,
        );
        verdict.run(
          lastInsertRowid,
          right ? "right" : "wrong_number",
          Number(right),
          Number(one.isRight),
          Number(one.isRight),
        );
      }
    }
  }
}

/** As long as a real one of 20 words; no two rollouts of a run have the same, and those of one instance do. */
function dictionaryOf(rollout: number): string {
  const entries = Array.from({ length: 20 }, (_, index) => [`word${index}of${rollout}`, index]);
  return JSON.stringify(entries);
}
