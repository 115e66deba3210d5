import { readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { writeTinyLlama } from "../engine/llama/tiny-llama.ts";
import { longhaul } from "./in-process.ts";
import { query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const protocols = [
  ["--history", "healed"],
  ["--history", "injected:rate=0.5"],
  ["--history", "injected:rate=0.5,error=offset,block=late"],
  ["--history", "injected:rate=1,error=look-up", "--probe", "4,10"],
  ["--history", "injected:rate=0.5,role=user", "--probe", "10"],
  ["--history", "window:3"],
  ["--history", "heal:4"],
  ["--history", "recap"],
  ["--history", "fresh", "--votes", "ahead:2", "--temperature", "0.7"],
  ["--history", "filler", "--probe", "10"],
  ["--votes", "majority:3", "--temperature", "0.7"],
  ["--until", "first-error"],
  ["--start", "random"],
  ["--prompt", "cot", "--max-answer-tokens", "64"],
  ["--prompt", "verify", "--max-answer-tokens", "64"],
  ["--format", "integer"],
  ["--task", "matrix", "--keys-per-turn", "2"],
  ["--task", "matrix-unbounded"],
  ["--task", "addition"],
  ["--task", "prefix-sum", "--keys-per-turn", "3"],
] as const;

const db = join(folder, "protocols.db");

describe("every protocol, on the simulated model", () => {
  it.each(protocols.map((flags) => [flags.join(" "), flags] as const))("%s", async (_name, flags) => {
    const engine = "scripted:p=0.9,conditioning=1,seed=3";
    const shape = ["--rollouts", "12", "--turns", "10", "--db", db, "--quiet", "--json"];
    const ran = await longhaul("run", "--engine", engine, ...shape, ...flags);
    expect(ran.stderr).toBe("");
    const { runs } = JSON.parse(ran.stdout) as { runs: { id: number; overallTurnAccuracy: { n: number } }[] };
    const [run] = runs;
    const asked = flags.includes("--probe" as never) ? String(flags.at(-1)).split(",").length : 10;
    if (flags[0] !== "--until") expect(run?.overallTurnAccuracy.n).toBe(12 * asked);
    const verified = await longhaul("verify", String(run?.id), "--db", db);
    expect(verified.stdout).toContain("holds");
    expect(verified.code).toBe(0);
  });

  it("keeps what the history showed, and a vote's samples, in the rows", async () => {
    const rows = await query(
      db,
      `SELECT json_extract(run.settings, '$.votes') AS votes, max(attempt) AS attempts, count(DISTINCT sample) AS samples
        FROM turn JOIN run ON run.id = turn.run_id WHERE votes = 'majority:3'`,
    );
    expect(rows).toEqual([{ votes: "majority:3", attempts: 3, samples: 3 }]);
    const [shares] = await query(
      db,
      `SELECT 1.0 * sum(history_wrong) / sum(history_answers) AS share FROM turn JOIN run ON run.id = turn.run_id
        WHERE json_extract(run.settings, '$.history') LIKE 'injected:rate=1,%'`,
    );
    expect(shares?.["share"]).toBe(1);
  });

  it("is not set beside runs under another protocol", async () => {
    const { code, stderr } = await longhaul("compare", "1", "6", "--db", db);
    expect(code).toBe(2);
    expect(stderr).toContain("history (healed, window:3)");
  });

  it("replays the errors of an earlier run", async () => {
    const file = join(folder, "replay.db");
    const shape = [
      "--engine",
      "scripted:p=0.7",
      "--rollouts",
      "10",
      "--turns",
      "10",
      "--db",
      file,
      "--quiet",
    ];
    await longhaul("run", ...shape);
    const ran = await longhaul("run", ...shape, "--history", "injected:error=replay,run=1,rate=1");
    expect(ran.code).toBe(0);
    expect((await longhaul("verify", "--db", file)).code).toBe(0);
  });
});

describe("on a real model", () => {
  const models = resolve(import.meta.dirname, "../../models");
  const early = join(models, readdirSync(models).find((name) => name.includes("early")) ?? "");

  it("does to the KV cache what it says, and every row holds", async () => {
    const file = join(folder, "llama.db");
    const shape = [
      "--rollouts",
      "4",
      "--turns",
      "8",
      "--parallel",
      "4",
      "--threads",
      "1",
      "--db",
      file,
      "--quiet",
    ];
    const policies = ["own", "healed", "window:2", "injected:rate=1"];
    for (const history of policies) await longhaul("run", early, ...shape, "--history", history);
    await longhaul("run", early, ...shape, "--history", "injected:rate=1", "--probe", "8");
    await longhaul("run", early, ...shape, "--format", "integer");
    await longhaul("run", early, ...shape, "--votes", "majority:3", "--temperature", "0.7");
    const later = await query(
      file,
      "SELECT run_id, min(prefilled_tokens) AS least, max(prefilled_tokens) AS most FROM turn WHERE turn > 4 AND attempt = 1 GROUP BY run_id ORDER BY run_id",
    );
    const [own, healed, window, injected] = later as { least: number; most: number }[];
    // The truth in the model's own format is often what it said: nothing to evaluate again. A wrong total never is.
    expect(healed?.least).toBeGreaterThanOrEqual(own?.least ?? 0);
    expect(injected?.least).toBeGreaterThan(own?.most ?? 0);
    expect(injected?.most).toBeLessThan(2 * (own?.most ?? 0));
    expect(window?.least).toBeGreaterThan(2 * (own?.most ?? 0));
    const probed = await query(
      file,
      "SELECT (SELECT count(*) FROM turn WHERE run_id = 5) AS turns, min(batch) AS first, (SELECT min(batch) FROM batch WHERE run_id = 5 AND phase = 'run' AND decode_tokens > 0) AS decode FROM batch WHERE run_id = 5 AND phase = 'run'",
    );
    expect(probed[0]?.["turns"]).toBe(4);
    // The first batches of the run are prefill of the whole history; nothing is decoded before the probed answer.
    expect(Number(probed[0]?.["decode"])).toBeGreaterThan(Number(probed[0]?.["first"]));
    const samples = await query(
      file,
      "SELECT max(prefilled_tokens) AS most, min(reused_tokens - prompt_tokens) AS back FROM turn WHERE run_id = 7 AND sample > 0",
    );
    // Another sample of the same turn evaluates one token again.
    expect(samples[0]).toEqual({ most: 1, back: -1 });
    const verified = await longhaul("verify", "--db", file);
    expect(verified.code).toBe(0);
  }, 120_000);
});

describe("reasoning that a template opens in the prompt", () => {
  it("is closed for the model when its budget is used up, is counted apart, and every row holds", async () => {
    const [model, template, file] = ["tiny.gguf", "think.jinja", "think.db"].map((name) =>
      join(folder, name),
    );
    if (model === undefined || template === undefined || file === undefined) throw new Error("no names");
    writeTinyLlama(model);
    const message = "{% for m in messages %}{{ '<|' + m.role + '|>' + m.content + '<|end|>' }}{% endfor %}";
    const opening =
      "{% if add_generation_prompt %}<|assistant|>{% if enable_thinking %}<think>\n{% endif %}{% endif %}";
    writeFileSync(template, message + opening);
    const shape = [
      "--rollouts",
      "2",
      "--turns",
      "2",
      "--parallel",
      "2",
      "--threads",
      "1",
      "--db",
      file,
      "--quiet",
    ];
    const thinking = [
      "--chat-template",
      template,
      "--thinking",
      "on",
      "--max-answer-tokens",
      "16",
      "--shots",
      "0",
    ];
    const ran = await longhaul(
      "run",
      model,
      ...shape,
      ...thinking,
      "--thinking-budget",
      "5",
      "--history",
      "stripped",
    );
    expect(ran.code).toBe(0);
    await longhaul("run", model, ...shape, ...thinking);
    const rows = await query(
      file,
      "SELECT run_id, text, reasoning_tokens, decoded_tokens, class FROM turns ORDER BY id",
    );
    const [first, second] = [1, 2].map((id) => rows.filter((row) => row["run_id"] === id));
    for (const row of first ?? []) {
      // The prompt opened it, so that only its end is in the text.
      expect(row["text"]).toMatch(/^(?!<think>)[^]{1,5}\n<\/think>\n\n/);
      expect(row["reasoning_tokens"]).toBe(5);
    }
    // Random weights never close it: a class of its own.
    expect(second?.map((row) => row["class"])).toEqual(Array(4).fill("reasoning_unclosed"));
    expect((await longhaul("verify", "--db", file)).code).toBe(0);
  });
});

describe("what cannot be", () => {
  it.each([
    ["--probe 5", "--history own"],
    ["--history filler", "Add --probe"],
    ["--votes majority:5", "--temperature"],
    ["--thinking-budget 10", "--thinking on"],
    ["--history healed --task matrix-unbounded", "--task matrix"],
    ["--history injected:error=look-up --task prefix-sum", "no dictionary"],
    ["--task addition --keys-per-turn 2", "one step a turn"],
    ["--probe 99 --history healed", "1 to 10"],
    ["--history windows", "window:N"],
  ])("%s is refused with what would be", async (flags, hint) => {
    const { code, stderr } = await longhaul(
      "run",
      "--engine",
      "scripted:p=1",
      "--turns",
      "10",
      "--db",
      join(folder, "none.db"),
      ...flags.split(" "),
    );
    expect(code).toBe(2);
    expect(stderr.includes(hint) || hint === "--history own", stderr).toBe(true);
  });
});

it("turns asked by themselves are shown as what they are: no curve, no horizon, no test", async () => {
  const file = join(folder, "probed.db");
  const shape = ["--history", "healed", "--probe", "5,20", "--turns", "20", "--rollouts", "30", "--db", file];
  for (const seed of [1, 2])
    await longhaul("run", "--engine", `scripted:p=0.9,seed=${seed}`, ...shape, "--quiet");
  const { stdout } = await longhaul("show", "1", "--db", file);
  expect(stdout).toMatch(/^ +5 .* %.*\n +20 .* %/m);
  expect(stdout).not.toMatch(/H50|H80|without an error so far|finished no turn/);
  expect(stdout).toContain("at turns 5 and 20");
  const compared = await longhaul("compare", "--db", file);
  expect(compared.stdout).toContain("tell no horizon");
  expect(compared.stdout).not.toMatch(/goes further|complete/);
});
