import { copyFileSync, cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { writeTinyLlama } from "../engine/llama/tiny-llama.ts";
import { finished, longhaul, query, start, temporaryFolder, until } from "./longhaul.ts";

const folder = temporaryFolder();
const models = join(import.meta.dirname, "../../models");

interface Verified {
  readonly holds: boolean;
  readonly runs: {
    readonly holds: boolean;
    readonly findings: Readonly<Record<string, unknown>>[];
    readonly more: Readonly<Record<string, number>>;
    readonly notChecked: { readonly what: string; readonly why: string }[];
  }[];
}

async function verify(db: string): Promise<{ code: number | null; result: Verified }> {
  const { code, stdout, stderr } = await longhaul("verify", "--db", db, "--json");
  expect(stderr).toBe("");
  return { code, result: JSON.parse(stdout) as Verified };
}

async function expectHolds(db: string): Promise<void> {
  const { code, stdout } = await longhaul("verify", "--db", db);
  expect(stdout).toMatch(/: holds\n/);
  expect(stdout).not.toMatch(/not hold/);
  expect(code).toBe(0);
}

/** Rollout 2, turn 3. */
const there = "(SELECT id FROM turn WHERE run_id = 1 AND rollout = 2 AND turn = 3)";

/** A copy of a file with one change. */
function changed(db: string, name: string, ...statements: readonly string[]): string {
  const copy = join(folder, `${name.replace(/\W+/g, "-")}.db`);
  cpSync(db, copy);
  const database = new Sqlite(copy);
  // As somebody's own tool would write.
  database.pragma("foreign_keys = OFF");
  for (const statement of statements)
    expect(database.prepare(statement).run().changes, statement).not.toBe(0);
  database.close();
  return copy;
}

describe("longhaul verify", () => {
  const db = join(folder, "clean.db");
  beforeAll(async () => {
    const args = ["--engine", "scripted:p=0.9,format=0.2", "--rollouts", "6", "--turns", "10", "--db", db];
    expect((await longhaul("run", ...args, "--quiet")).code).toBe(0);
  });

  it("finds nothing in what was not touched, whatever the settings", async () => {
    const settings = [
      ["--task", "retrieval", "--shots", "0"],
      ["--keys-per-turn", "3", "--shared-dictionary", "--values", "free"],
      ["--dictionary-size", "2", "--value-max", "1", "--temperature", "0.5", "--stop", "eog"],
      ["--parallel", "2", "--max-answer-tokens", "5"],
    ];
    const file = join(folder, "settings.db");
    for (const flags of settings) {
      const size = ["--rollouts", "5", "--turns", "7", "--db", file, "--quiet"];
      await longhaul("run", "--engine", "scripted:p=0.8,format=0.3", ...flags, ...size);
    }
    await expectHolds(db);
    await expectHolds(file);
    expect((await verify(file)).result.runs).toHaveLength(settings.length);
  });

  it("finds nothing in a run that never began", async () => {
    const [file, empty] = [join(folder, "never.db"), join(folder, "empty.jinja")];
    writeFileSync(empty, "");
    const model = join(models, "longhaul-ref-late.gguf");
    const asked = ["--rollouts", "1", "--turns", "2", "--max-answer-tokens", "16"];
    await longhaul("run", model, "--chat-template", empty, ...asked, "--db", file);
    expect((await verify(file)).result).toMatchObject({ holds: true, runs: [{ findings: [] }] });
  });

  it("finds nothing in rollouts that ended early because the context was full", async () => {
    const file = join(folder, "full.db");
    const args = ["--rollouts", "3", "--turns", "60", "--db", file, "--quiet"];
    await longhaul("run", "--engine", "scripted:p=1,context=400", ...args);
    await expectHolds(file);
  });

  const changes: [string, string, RegExp][] = [
    [
      "a class",
      `UPDATE verdict SET class = 'empty' WHERE turn_id = ${there}`,
      /verdict: run 1, rollout 2, turn 3: class/,
    ],
    [
      "an answer",
      `UPDATE verdict SET answer = 7 WHERE turn_id = ${there}`,
      /verdict: run 1, rollout 2, turn 3: answer/,
    ],
    [
      "what is right so far",
      `UPDATE verdict SET task_correct = 1 - task_correct WHERE turn_id = ${there}`,
      /verdict: run 1, rollout 2, turn 3: task_correct/,
    ],
    [
      "a verdict that is gone",
      `DELETE FROM verdict WHERE turn_id = ${there}`,
      /rollout 2, turn 3: .*there is no verdict/,
    ],
    [
      "a byte of the text that reads the same",
      `UPDATE turn SET text = text || ' ' WHERE id = ${there}`,
      /^ {2}turn-seal: run 1, rollout 2, turn 3: .*$/m,
    ],
    [
      "a time",
      `UPDATE turn SET ttft_ms = ttft_ms + 1e-9 WHERE id = ${there}`,
      /turn-seal: run 1, rollout 2, turn 3/,
    ],
    [
      "the time of a token",
      `UPDATE turn SET inter_token_ms = '[1,1]' WHERE id = ${there}`,
      /times: run 1, rollout 2, turn 3: sum of inter_token_ms/,
    ],
    [
      "a key",
      `UPDATE turn SET keys = '["about"]' WHERE id = ${there}`,
      /asked: run 1, rollout 2, turn 3: keys: .*about/,
    ],
    [
      "a truth",
      `UPDATE turn SET truth = truth + 1 WHERE id = ${there}`,
      /asked: run 1, rollout 2, turn 3: truth/,
    ],
    [
      "what was shown before",
      `UPDATE turn SET shown_before = 4711 WHERE id = ${there}`,
      /shown: run 1, rollout 2, turn 3: shown_before: .*there is 4711/,
    ],
    [
      "a count of tokens",
      `UPDATE turn SET reused_tokens = reused_tokens + 1 WHERE id = ${there}`,
      /token-counts: run 1, rollout 2, turn 3: reused_tokens \+ prefilled_tokens/,
    ],
    [
      "a turn's number",
      "UPDATE turn SET turn = 99 WHERE rollout = 5 AND turn = 10",
      /turn-order: run 1, rollout \d, turn 99/,
    ],
    [
      "a turn that is gone",
      "DELETE FROM turn WHERE rollout = 5 AND turn = 10",
      /rollouts: run 1, rollout 5: turns: expected 10, there is 9/,
    ],
    [
      "a dictionary",
      "UPDATE rollout SET dictionary = replace(dictionary, ',', ', ') WHERE rollout = 4",
      /dictionary: run 1, rollout 4/,
    ],
    [
      "how a rollout ended",
      "UPDATE rollout SET end = 'timeout' WHERE rollout = 4",
      /rollout-seal: run 1, rollout 4/,
    ],
    [
      "a rollout that is gone",
      "DELETE FROM rollout WHERE rollout = 5",
      /rollouts: run 1, rollout 5: row of the rollout: expected one, there is none/,
    ],
    ["the seed", "UPDATE run SET seed = 2", /instance-hash: run 1: instance_hash/],
    [
      "a column of the settings",
      "UPDATE run SET temperature = 0.5",
      /settings: run 1: column temperature.*0\.5/,
    ],
    [
      "a setting",
      "UPDATE run SET settings = json_set(settings, '$.shots', 3)",
      /prompt-hash: run 1: prompt_hash/,
    ],
    [
      "a setting that nothing follows from",
      "UPDATE run SET settings = json_set(settings, '$.gpu', 'cuda')",
      /run-seal: run 1/,
    ],
    ["settings that are no JSON", "UPDATE run SET settings = 'x'", /settings: run 1: the run's row/],
    [
      "impossible settings",
      "UPDATE run SET settings = json_set(settings, '$.dictionarySize', 999)",
      /run-seal: run 1/,
    ],
    [
      "the wording that was kept",
      "UPDATE text SET content = content || ' '",
      /prompt-hash: run 1: hash of the text that was kept/,
    ],
    ["the machine", "UPDATE machine SET cpu_model = 'faster'", /run-seal: run 1/],
    [
      "a batch's time",
      "UPDATE batch SET end_ms = end_ms - 0.001 WHERE batch = 3",
      /batch-seal: run 1: .* up to batch/,
    ],
    [
      "overlapping batches",
      "UPDATE batch SET start_ms = 0 WHERE batch = 3",
      /batches: run 1: start of batch 3/,
    ],
    [
      "a batch that is gone",
      "DELETE FROM batch WHERE batch = 3",
      /batches: run 1: number of the batch: expected 3/,
    ],
  ];
  for (const [name, statement, message] of changes) {
    it(`finds ${name} changed afterwards`, async () => {
      const { code, stdout, stderr } = await longhaul("verify", "--db", changed(db, name, statement));
      expect(stderr).toBe("");
      expect(stdout).toMatch(message);
      expect(code).toBe(1);
    });
  }

  it("names one cause for one changed verdict, in JSON too", async () => {
    const copy = changed(db, "json", `UPDATE verdict SET answer = 7 WHERE turn_id = ${there}`);
    const { code, result } = await verify(copy);
    expect(code).toBe(1);
    expect(result.holds).toBe(false);
    expect(result.runs[0]?.findings).toEqual([
      expect.objectContaining({ check: "verdict", run: 1, rollout: 2, turn: 3, found: "7" }),
    ]);
  });

  it("lists twenty of a kind and counts the others", async () => {
    const { result } = await verify(changed(db, "many", "UPDATE turn SET text = text || ' '"));
    expect(result.runs[0]?.findings).toHaveLength(20);
    expect(result.runs[0]?.more).toEqual({ "turn-seal": 40 });
    const { stdout } = await longhaul("verify", "--db", join(folder, "many.db"));
    expect(stdout).toContain("60 things do not hold");
    expect(stdout).toContain("turn-seal: and 40 more");
  });

  it("says that rows from before there were seals have none, and checks the rest", async () => {
    const unsealed = ["run", "rollout", "turn"].map((table) => `UPDATE ${table} SET seal = NULL`);
    const statements = [...unsealed, "UPDATE batch SET seal = NULL WHERE seal IS NOT NULL"];
    const copy = changed(db, "unsealed", ...statements);
    const { code, result } = await verify(copy);
    expect(code).toBe(0);
    expect(result.runs[0]?.notChecked.map(({ what }) => what)).toContain("seals");
    const key = changed(copy, "unsealed-key", `UPDATE turn SET keys = '["about"]' WHERE id = ${there}`);
    expect((await verify(key)).code).toBe(1);
  });

  it("is told which runs, and says when there is no such run", async () => {
    const copy = changed(
      join(folder, "settings.db"),
      "one-of",
      "UPDATE verdict SET answer = 7 WHERE turn_id = 1",
    );
    expect((await longhaul("verify", "2", "3", "--db", copy)).code).toBe(0);
    expect((await longhaul("verify", "1", "--db", copy)).code).toBe(1);
    const { code, stderr } = await longhaul("verify", "9", "--db", copy);
    expect(stderr).toMatch(/verify 9: no such run/);
    expect(code).toBe(2);
  });
});

describe("longhaul verify on runs that did not end by themselves", () => {
  const args = [
    "run",
    "--engine",
    "scripted:p=0.9,delay-ms=40",
    "--rollouts",
    "4",
    "--turns",
    "500",
    "--parallel",
    "3",
  ];

  it("finds nothing while it runs, after Ctrl-C, and after kill -9", async () => {
    const db = join(folder, "interrupted.db");
    const first = start([...args, "--db", db]);
    const firstEnd = finished(first);
    await until(db, "SELECT 1 FROM turn WHERE turn >= 2");
    await expectHolds(db);
    first.kill("SIGINT");
    expect((await firstEnd).code).toBe(130);
    await expectHolds(db);

    const second = start([...args, "--db", db]);
    const secondEnd = finished(second);
    await until(db, "SELECT 1 FROM turn WHERE run_id = 2 AND turn >= 2");
    second.kill("SIGKILL");
    await secondEnd;
    await expectHolds(db);
    // Opened for writing, the file has the killed run ended.
    await longhaul(
      "run",
      "--engine",
      "scripted:p=1",
      "--rollouts",
      "1",
      "--turns",
      "1",
      "--db",
      db,
      "--quiet",
    );
    expect(await query(db, "SELECT status FROM runs ORDER BY id")).toEqual([
      { status: "interrupted" },
      { status: "interrupted" },
      { status: "complete" },
    ]);
    await expectHolds(db);
  });
});

describe("longhaul verify with a model's file", () => {
  const db = join(folder, "llama.db");
  const model = join(folder, "copied.gguf");
  beforeAll(async () => {
    copyFileSync(join(models, "longhaul-ref-early.gguf"), model);
    const size = ["--rollouts", "3", "--turns", "4", "--parallel", "2", "--threads", "1"];
    expect((await longhaul("run", model, models, ...size, "--db", db, "--quiet")).code).toBe(0);
  });

  it("finds nothing in what was not touched", async () => {
    const { code, result } = await verify(db);
    expect(result.runs.flatMap(({ findings }) => findings)).toEqual([]);
    expect(result.runs.flatMap(({ notChecked }) => notChecked)).toEqual([]);
    expect(code).toBe(0);
  });

  it("finds what this engine always tells and a row does not hold", async () => {
    const columns = ["prompt_tokens", "inter_token_ms", "last_batch"];
    const set = columns.map((column) => `${column} = NULL`).join(", ");
    const file = changed(db, "nulls", `UPDATE turn SET ${set}, seal = NULL WHERE id = ${there}`);
    const { code, stdout } = await longhaul("verify", "--db", file);
    for (const column of columns)
      expect(stdout).toContain(
        `token-counts: run 1, rollout 2, turn 3: ${column}: expected a value, there is none`,
      );
    expect(stdout).not.toMatch(/NaN/);
    expect(code).toBe(1);
  });

  it("takes no nonsense for a change", async () => {
    const nonsense = join(folder, "nonsense.gguf");
    const file = join(folder, "nonsense.db");
    writeTinyLlama(nonsense);
    const flags = ["--temperature", "1", "--rollouts", "3", "--turns", "6", "--threads", "1", "--quiet"];
    expect((await longhaul("run", nonsense, ...flags, "--stop", "eog", "--db", file)).code).toBe(0);
    const { code, result } = await verify(file);
    expect(result.runs.flatMap(({ findings }) => findings)).toEqual([]);
    expect(code).toBe(0);
  });

  it("reads the token ids with the file's vocabulary", async () => {
    const copy = changed(
      db,
      "token-text",
      "UPDATE turn SET text = replace(text, '<answer>', '<answer>+'), seal = NULL WHERE id = 2",
    );
    const { code, stdout } = await longhaul("verify", "1", "--db", copy);
    expect(stdout).toMatch(/token-text: run 1, rollout \d, turn \d: text of the token ids/);
    expect(code).toBe(1);
  });

  it("finds another hash of the template", async () => {
    const copy = changed(db, "template", "UPDATE run SET template_hash = 'x' WHERE id = 1");
    expect((await longhaul("verify", "1", "--db", copy)).stdout).toMatch(/template: run 1: template_hash/);
  });

  it("finds another file at the path, and says that one that is gone was not checked", async () => {
    copyFileSync(join(models, "longhaul-ref-late.gguf"), model);
    const swapped = await longhaul("verify", "--db", db);
    expect(swapped.stdout).toMatch(/model-file: run 1: SHA-256 of copied\.gguf/);
    expect(swapped.stdout).toMatch(/run 2 .*: holds/);
    expect(swapped.code).toBe(1);
    rmSync(model);
    const gone = await longhaul("verify", "--db", db);
    expect(gone.stdout).toMatch(/not checked: model file: copied\.gguf is not there/);
    expect(gone.stdout).toMatch(/not checked: texts against token ids/);
    expect(gone.code).toBe(0);
  });
});
