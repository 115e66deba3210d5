import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import type { RunDocument } from "../../src/figures/run-schema.ts";
import { commandLine } from "../register/command-line.ts";
import { longhaul, temporaryFolder } from "./longhaul.ts";

const python = process.env["LONGHAUL_INSPECT"] ?? "python3";
const noInspect =
  spawnSync(python, ["-c", "import inspect_ai"]).status === 0
    ? null
    : "no inspect_ai found (LONGHAUL_INSPECT names a Python that has it)";
if (noInspect !== null) process.stderr.write(`test/cli/inspect-log: ${noInspect}\n`);

const folder = temporaryFolder();
const db = join(folder, "all.db");
const logs = join(folder, "logs");

/** Plain, broken, without room, probed, voted, of a real file. */
const runs: readonly (readonly string[])[] = [
  ["--engine", "scripted:p=0.8", "--rollouts", "6", "--turns", "5"],
  ["--engine", "scripted:p=0.9,cut-error=0.15", "--rollouts", "12", "--turns", "6"],
  ["--engine", "scripted:p=0.95,context=420", "--rollouts", "4", "--turns", "40"],
  ["--engine", "scripted:p=0.7", "--rollouts", "4", "--turns", "8", "--history", "healed", "--probe", "4,8"],
  [
    "--engine",
    "scripted:p=0.7",
    "--rollouts",
    "3",
    "--turns",
    "4",
    "--votes",
    "majority:3",
    "--temperature",
    "0.7",
  ],
  ["models/longhaul-ref-early.gguf", "--rollouts", "2", "--turns", "4", "--task", "retrieval", "--seed", "7"],
];

/** What the package itself reads, each log by its own reader. */
const reader = `
import json, sys
from inspect_ai.log import list_eval_logs, read_eval_log
def told(info):
    log = read_eval_log(info.name)
    header = read_eval_log(info.name, header_only=True)
    return dict(
        task=info.task, status=log.status, dataset=log.eval.dataset.name, model=log.eval.model, header=header.eval.run_id == log.eval.run_id,
        run=log.eval.metadata["run"], sha256=log.eval.metadata["model"]["sha256"],
        instanceHash=log.eval.metadata["instance_hash"], setting=log.eval.metadata["settings"]["history"],
        config=log.eval.model_generate_config.model_dump(exclude_none=True),
        total=log.results.total_samples, completed=log.results.completed_samples,
        metrics={s.name: {n: m.value for n, m in s.metrics.items()} for s in log.results.scores},
        usage={n: u.model_dump() for n, u in log.stats.model_usage.items()},
        samples=[dict(
            id=s.id, epoch=s.epoch, input=[m.text for m in s.input] if isinstance(s.input, list) else s.input,
            messages=[dict(role=m.role, text=m.text, source=getattr(m, "source", None)) for m in s.messages],
            completion=s.output.completion, target=s.target, time=s.working_time,
            scores={n: x.value for n, x in (s.scores or {}).items()},
            turns=s.scores["turn_accuracy"].metadata["turns"] if s.scores else [],
            usage=[u.model_dump() for u in s.model_usage.values()],
            error=s.error and s.error.message, limit=s.limit and s.limit.model_dump(),
        ) for s in log.samples or []])
print(json.dumps([told(info) for info in list_eval_logs(sys.argv[1])]))
`;

interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly input_tokens_cache_read: number;
  readonly total_tokens: number;
}

interface Sample {
  readonly id: number;
  readonly epoch: number;
  readonly input: readonly string[] | string;
  readonly messages: readonly { readonly role: string; readonly text: string; readonly source: string }[];
  readonly completion: string;
  readonly target: readonly string[];
  readonly time: number;
  readonly scores: Readonly<Record<string, number | string>>;
  readonly turns: readonly Readonly<Record<string, unknown>>[];
  readonly usage: readonly Usage[];
  readonly error: string | null;
  readonly limit: { readonly type: string; readonly limit: number } | null;
}

interface Log {
  readonly task: string;
  readonly dataset: string;
  readonly status: string;
  readonly model: string;
  readonly header: boolean;
  readonly run: number;
  readonly sha256: string | null;
  readonly instanceHash: string;
  readonly setting: string;
  readonly config: Readonly<Record<string, number>>;
  readonly total: number;
  readonly completed: number;
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly usage: Readonly<Record<string, Usage>>;
  readonly samples: readonly Sample[];
}

let read: readonly Log[] = [];

beforeAll(async () => {
  for (const args of runs) {
    const { code, stderr } = await longhaul("run", ...args, "--db", db, "--quiet");
    expect({ args, code, stderr: code === 0 ? "" : stderr }).toEqual({ args, code: 0, stderr: "" });
  }
  const { code, stderr } = await longhaul("export", "--format", "inspect", "-o", logs, "--db", db);
  expect([code, stderr]).toEqual([0, ""]);
  if (noInspect !== null) return;
  writeFileSync(join(folder, "read.py"), reader);
  const told = spawnSync(python, [join(folder, "read.py"), logs], { encoding: "utf8" });
  expect(told.stderr).toBe("");
  read = (JSON.parse(told.stdout) as Log[]).toSorted((a, b) => a.run - b.run);
}, 300_000);

function rows(sql: string): Record<string, unknown>[] {
  const database = new Sqlite(db, { readonly: true });
  try {
    return database.prepare(sql).all() as Record<string, unknown>[];
  } finally {
    database.close();
  }
}

async function documentOf(...args: readonly string[]): Promise<unknown> {
  const { stdout } = await commandLine([...args, "--json", "--db", db], db);
  return JSON.parse(stdout);
}

const isPlain = (log: Log): boolean => log.setting === "own";

describe.skipIf(noInspect !== null)("eval logs, read by inspect_ai", { timeout: 120_000 }, () => {
  it("are found in their folder, one a run, with its model, settings and hashes", () => {
    const stored = rows(
      "SELECT id, engine, task, model_sha256, instance_hash, temperature, seed FROM runs ORDER BY id",
    );
    expect(
      read.map((log) => [log.run, log.model.split("/")[0], log.task, log.sha256, log.instanceHash]),
    ).toEqual(
      stored.map((run) => [run["id"], run["engine"], run["task"], run["model_sha256"], run["instance_hash"]]),
    );
    for (const [index, log] of read.entries()) {
      expect(log).toMatchObject({ status: "success", header: true });
      expect([log.config["temperature"], log.config["seed"]]).toEqual([
        stored[index]?.["temperature"],
        stored[index]?.["seed"],
      ]);
    }
    expect(read.at(-1)?.model).toBe("llama/longhaul-ref-early");
    // By their ids samples are the same instances in the first five, of one seed and size, and others in the last.
    expect(new Set(read.slice(0, -1).map(({ dataset }) => dataset)).size).toBe(1);
    expect(read.at(-1)?.dataset).not.toBe(read[0]?.dataset);
  });

  it("hold every rollout once, and every turn as its row says", () => {
    for (const log of read) {
      const turns =
        rows(`SELECT rollout, turn, text, answer, expected, truth, class, turn_correct, task_correct
        FROM turns WHERE run_id = ${log.run} AND attempt = 1 ORDER BY rollout, turn`);
      const rollouts = rows(`SELECT rollout, end FROM rollout WHERE run_id = ${log.run} ORDER BY rollout`);
      expect(log.samples.map(({ id, epoch }) => [id, epoch])).toEqual(
        rollouts.map(({ rollout }) => [rollout, 1]),
      );
      expect([log.total, log.completed]).toEqual([
        rollouts.length,
        rollouts.filter(({ end }) => end === "complete").length,
      ]);
      const told = log.samples.flatMap(({ id, turns: own }) => own.map((turn) => ({ rollout: id, ...turn })));
      expect(told).toHaveLength(turns.length);
      expect(told).toMatchObject(
        turns.map((turn) => ({
          rollout: turn["rollout"],
          turn: turn["turn"],
          text: turn["text"],
          answer: turn["answer"] === null ? null : String(turn["answer"] as number),
          expected: String(turn["expected"]),
          truth: String(turn["truth"]),
          class: turn["class"],
          turn_correct: turn["turn_correct"] === 1,
          task_correct: turn["task_correct"] === 1,
        })),
      );
    }
  });

  it("tell a conversation as it was: question, answer, to the last word", async () => {
    for (const log of read) {
      for (const { id, turns, messages, input, completion, target } of log.samples) {
        if (turns.length === 0) {
          expect([input, messages]).toEqual(["", []]);
          continue;
        }
        const texts = turns.map(({ text }) => text);
        const prompt = await documentOf("show", String(log.run), "--rollout", String(id), "--prompt");
        const { messages: asked } = prompt as { messages: { role: string; content: string }[] };
        expect(messages.slice(0, -1).map(({ role, text }) => [role, text])).toEqual(
          asked.map(({ role, content }) => [role, content]),
        );
        expect([messages.at(-1)?.text, completion]).toEqual([texts.at(-1), texts.at(-1)]);
        expect(target).toEqual(turns.map(({ truth }) => truth));
        const own = messages.filter(({ source }) => source === "generate").map(({ text }) => text);
        // Of a given history only the last answer is the model's.
        expect(own).toEqual(isPlain(log) ? texts : texts.slice(-1));
        expect(messages.slice(0, input.length).map(({ text }) => text)).toEqual(input);
      }
    }
  });

  it("score turns and first errors, and leave open what a cut left open", async () => {
    const ends = new Set<unknown>();
    for (const log of read) {
      const rollouts =
        rows(`SELECT rollout.rollout, rollout.end, count(turn.id) AS n, sum(turn_correct) AS correct,
        min(iif(turn_correct = 0, turn, NULL)) AS first FROM rollout
        LEFT JOIN (SELECT * FROM turns WHERE attempt = 1) turn ON turn.run_id = rollout.run_id AND turn.rollout = rollout.rollout
        WHERE rollout.run_id = ${log.run} GROUP BY rollout.rollout ORDER BY rollout.rollout`);
      for (const [index, { scores, error, limit }] of log.samples.entries()) {
        const { end, n, correct, first } = rollouts[index] ?? {};
        ends.add(end);
        const isOpen = first === null && end !== "complete";
        expect({ run: log.run, index, scores }).toEqual({
          run: log.run,
          index,
          scores: {
            ...(n === 0 ? {} : { turn_accuracy: (correct as number) / (n as number) }),
            ...(n === 0 || isOpen ? {} : { no_error: first === null ? "C" : "I" }),
            ...(first === null ? {} : { first_error_turn: first }),
          },
        });
        if (end === "complete") expect([error, limit]).toEqual([null, null]);
        if (end === "engine_error") expect(error).toContain("was lost to an engine error: ");
        if (end === "context_full") expect(limit).toMatchObject({ type: "context", limit: 420 });
      }
      const [summary] = ((await documentOf("show", String(log.run))) as RunDocument).runs;
      expect(log.metrics["turn_accuracy"]).toEqual({ accuracy: summary?.overallTurnAccuracy.accuracy });
      const half = summary?.horizons.find(({ s }) => s === 0.5)?.turns ?? null;
      expect(log.metrics["first_error_turn"]).toEqual(half === null ? {} : { h50: half });
    }
    expect(ends).toEqual(new Set(["complete", "context_full", "engine_error"]));
  });

  it("count the tokens of all answers, those of votes among them", () => {
    for (const log of read) {
      const rollouts = rows(`SELECT sum(prefilled_tokens) AS prefilled, sum(reused_tokens) AS reused,
        sum(decoded_tokens) AS decoded FROM turns WHERE run_id = ${log.run} GROUP BY rollout ORDER BY rollout`);
      const told = log.samples.filter(({ turns }) => turns.length > 0).map(({ usage: [one] }) => one);
      expect(told).toMatchObject(
        rollouts.map(({ prefilled, reused, decoded }) => ({
          input_tokens: prefilled,
          input_tokens_cache_read: reused,
          output_tokens: decoded,
          total_tokens: (prefilled as number) + (reused as number) + (decoded as number),
        })),
      );
      const all = told.reduce((sum, one) => sum + (one?.total_tokens ?? 0), 0);
      expect(Object.entries(log.usage).map(([name, { total_tokens: total }]) => [name, total])).toEqual([
        [log.model, all],
      ]);
    }
  });
});

describe("export --format inspect", { timeout: 60_000 }, () => {
  it("writes one run to stdout, the same as into a folder", async () => {
    const { stdout, code } = await longhaul("export", "2", "--format", "inspect", "--db", db);
    expect(code).toBe(0);
    const names = readdirSync(logs);
    expect(names).toHaveLength(runs.length);
    for (const name of names)
      expect(name).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\+00-00_[a-z-]+_\w+\.json$/);
    expect(names.map((name) => readFileSync(join(logs, name), "utf8"))).toContain(stdout);
    expect(stdout).not.toContain(process.cwd());
  });

  it.each([
    [["1", "2"], "--format inspect: a log holds one run, and these are 2."],
    [["1", "-o", "log.json"], "-o log.json: has to be a folder with --format inspect"],
    [["1", "--what", "runs"], "--what: an eval log holds whole runs"],
    [["1", "--svg", "task-accuracy"], "--svg: an eval log holds whole runs"],
    [["99"], "export 99: no such run"],
  ])("refuses %j", async (args, told) => {
    const { code, stderr } = await longhaul("export", ...args, "--format", "inspect", "--db", db);
    expect([code, stderr]).toEqual([2, expect.stringContaining(told)]);
  });
});
