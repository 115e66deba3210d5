import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { longhaul } from "./in-process.ts";
import { query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const models = join(import.meta.dirname, "../../models");
const late = join(models, "longhaul-ref-late.gguf");
const early = join(models, "longhaul-ref-early.gguf");
const scripted = "scripted:p=0.95";

function suiteFile(name: string, text: string): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, text);
  return path;
}

describe("a value that no setting takes", () => {
  it.each([
    [["--start", "rnadom"], "--start rnadom: must be neutral or random."],
    [["--temperature", ""], "--temperature : must be a number from 0 to 100."],
    [["--dataset", ""], "--dataset is empty."],
    [["--chat-template="], "--chat-template is empty."],
    [["--name", " "], "--name is empty."],
    [
      ["--max-answer-tokens", "0"],
      "--max-answer-tokens 0: must be auto or a whole number from 1 to 1000000.",
    ],
    [["--history", "window"], "--history window: use window:N."],
    [["--votes", "most"], "--votes most: use majority:N"],
    [
      ["--history", "stripped", "--keep-reasoning", "all"],
      "--history stripped with --keep-reasoning all: stripped keeps no reasoning.",
    ],
    [
      ["--history", "stripped", "--keep-reasoning", "template"],
      "--history stripped with --keep-reasoning template:",
    ],
    [
      ["--chat-template-kwargs", '{"enable_thinking": true}'],
      "--chat-template-kwargs: enable_thinking is what --thinking sets. Use that instead.",
    ],
    [["--chat-template-kwargs", "style=short"], "--chat-template-kwargs style=short: must be a JSON object"],
    [["--reasoning-effort", "very high"], "--reasoning-effort very high: must be one word"],
    [["--probe", "0,3"], "--probe 0,3: use turns from 1"],
    [["--probe", "99", "--history", "healed"], "--probe 99: there are 60 turns."],
    [["--history", "injected:rate=1,error=replay,run=99"], "run 99 made no wrong number"],
    [["--flash-attention", "true"], "--flash-attention true: must be auto, on or off."],
    [["--dictionary-size", "1000000"], "--dictionary-size 1000000: must be a whole number from 2 to"],
  ])("is refused as a flag: %j", async (flags, message) => {
    const ran = await longhaul("run", "--engine", scripted, ...flags, "--db", join(folder, "refused.db"));
    expect(ran.stderr).toContain(message);
    expect(ran.code).toBe(2);
  });

  it.each([
    [
      "odd",
      "defaults: { valueMax: 1, dictionarySize: 3 }",
      "odd.yaml:2:13 horizon, own history: valueMax: 1",
    ],
    ["big", "defaults: { dictionarySize: 1000000 }", "big.yaml:2:13 defaults.dictionarySize: "],
    ["parallel", "defaults: { parallel: 1000 }", "parallel.yaml:2:13 horizon, own history: parallel: 1000"],
    ["flash", "defaults: { flashAttention: true }", "flash.yaml:2:13 defaults.flashAttention: "],
    ["votes", "defaults: { votes: most }", "votes.yaml:2:13 defaults.votes: use majority:N"],
    ["history", "defaults: { history: 5 }", "history.yaml:2:13 defaults.history: use own, stripped"],
    [
      "variables",
      "defaults: { chatTemplateKwargs: { style: short } }",
      "variables.yaml:2:13 defaults.chatTemplateKwargs: must be a JSON object as one text",
    ],
    [
      "owned",
      `defaults: { chatTemplateKwargs: '{"clear_thinking": true}' }`,
      "owned.yaml:2:13 horizon, own history: chatTemplateKwargs: clear_thinking is what keepReasoning sets.",
    ],
    [
      "stripped",
      "defaults: { keepReasoning: all, history: stripped }",
      "stripped.yaml:2:33 horizon, own history: history: stripped with keepReasoning: all:",
    ],
  ])("is refused in a suite, with its place: %s", async (name, defaults, message) => {
    const file = suiteFile(name, `name: ${name}\n${defaults}\nexperiments:\n  - use: horizon\n`);
    for (const command of ["plan", "run"]) {
      const ran = await longhaul("suite", command, file, late, "--db", join(folder, "refused.db"));
      expect(ran.stderr).toContain(message);
      expect(ran.code).toBe(2);
    }
  });

  it("is refused in a suite where two settings have one name", async () => {
    const file = suiteFile(
      "twice",
      "name: twice\nsettings: [{ name: x, turns: 2 }, { name: x, turns: 3 }]\nexperiments:\n  - use: horizon\n",
    );
    const ran = await longhaul("suite", "plan", file, scripted, "--db", join(folder, "refused.db"));
    expect(ran.stderr).toContain("twice.yaml:2:35 two settings are called x. Give one another name.");
    expect(ran.code).toBe(2);
  });

  it("is refused in a suite where it is asked for turns that there are not", async () => {
    const file = suiteFile(
      "probed",
      "name: probed\nexperiments:\n  - use: self-conditioning\n    turns: 60\n    probe: [100]\n",
    );
    const ran = await longhaul("suite", "plan", file, scripted, "--db", join(folder, "refused.db"));
    expect(ran.stderr).toContain(
      "probed.yaml:5:5 self-conditioning, noise 0 %: probe: 100: there are 60 turns",
    );
    expect(ran.code).toBe(2);
  });
});

describe("an option of an experiment that makes an impossible setting", () => {
  it.each([
    [
      "ahead",
      "mitigations\n    ahead: [20]",
      "fresh context, ahead by 20: votes ahead:20:15: use majority:N",
    ],
    [
      "windows",
      "mitigations\n    windows: [1000000]",
      "window of 1000000: history window:1000000: use window:N",
    ],
    ["steps", "turns-against-keys\n    steps: 100001\n    keys: [1]", "K=1: turns 100001: too big"],
  ])("is refused before anything runs, with its place: %s", async (name, experiment, message) => {
    const file = suiteFile(name, `name: ${name}\nexperiments:\n  - use: ${experiment}\n`);
    const db = join(folder, `${name}.db`);
    for (const command of ["plan", "run"]) {
      const ran = await longhaul("suite", command, file, scripted, "--db", db);
      expect(ran.stderr).toContain(`${name}.yaml:3:5 `);
      expect(ran.stderr).toContain(message);
      expect(ran.code).toBe(2);
    }
    expect(existsSync(db)).toBe(false);
  });
});

describe("the line that makes a run again", () => {
  it("holds all that decides it, and makes the same settings again", async () => {
    const db = join(folder, "again.db");
    const template = join(folder, "chat.jinja");
    writeFileSync(
      template,
      "{% for message in messages %}<|{{ message.role }}|>\n{{ message.content }}\n{% endfor %}{% if add_generation_prompt %}<|assistant|>\n{% endif %}",
    );
    const data = join(folder, "rows.json");
    await longhaul("dataset", "export", "--rollouts", "2", "--turns", "3", "-o", data);
    const asked = ["--chat-template", template, "--dataset", data, "--rollouts", "2", "--turns", "3"];
    const engine = ["--gpu", "off", "--gpu-layers", "0", "--flash-attention", "off", "--threads", "1"];
    const other = ["--prompt", "cot", "--min-p", "0.25", "--temperature", "0.5", "--max-answer-tokens", "12"];
    const ran = await longhaul("run", late, ...asked, ...engine, ...other, "--db", db);
    expect(ran.stderr).toContain("right answers take up to");
    const page = join(folder, "again.html");
    await longhaul("report", "--db", db, "-o", page);
    const line = /"command":"longhaul run ([^"]*)"/.exec(readFileSync(page, "utf8"))?.[1] ?? "";
    const words = line.split(" ").map((word) => (word === "longhaul-ref-late.gguf" ? late : word));
    const flags = words.map((word) =>
      word === "chat.jinja" ? template : word === "rows.json" ? data : word,
    );
    await longhaul("run", ...flags, "--db", db, "--quiet");
    const settings = (await query(db, "SELECT settings FROM run ORDER BY id")).map(
      ({ settings: json }) => JSON.parse(String(json)) as Record<string, unknown>,
    );
    // What auto came to is in the line, so that the machine decides nothing.
    expect(settings[1]).toEqual({ ...settings[0], parallel: 2, context: settings[1]?.["context"] });
    expect(settings[0]).toMatchObject({
      minP: 0.25,
      flashAttention: "off",
      gpuLayers: 0,
      maxAnswerTokens: 12,
    });
    expect(settings[0]?.["chatTemplate"]).toMatchObject({ file: "chat.jinja" });
    const texts = await query(
      db,
      "SELECT content FROM text JOIN run ON template_hash = sha256 WHERE run.id = 1 OR run.id = 2 GROUP BY sha256",
    );
    expect(texts).toEqual([{ content: readFileSync(template, "utf8") }]);
    const [wording] = await query(
      db,
      "SELECT content FROM text JOIN run ON prompt_hash = sha256 WHERE run.id = 1",
    );
    expect(JSON.parse(String(wording?.["content"]))[0]).toContain("Think step by step");
    expect((await longhaul("verify", "--db", db)).code).toBe(0);
  });
});

describe("a plan", () => {
  const plan = async (...flags: string[]) => {
    const args = ["run", late, "--rollouts", "2", "--turns", "3", "--dry-run", "--json", ...flags];
    const { stdout, code } = await longhaul(...args, "--db", join(folder, "plan.db"));
    expect(code).toBe(0);
    return JSON.parse(stdout) as {
      settings: Record<string, unknown>;
      models: {
        memoryBytes: number;
        contextLength: number;
        forecastMs: number;
        answerLimit: number;
        layers: { onGpu: number; all: number };
        warnings: string[];
        memory: Record<"weights" | "kvCache" | "buffers", { gpuBytes: number; cpuBytes: number }> & {
          programBytes: number;
        };
      }[];
    };
  };

  it("of a run says every setting, time and memory, and writes nothing", async () => {
    const { settings, models: planned } = await plan();
    expect(settings).toMatchObject({ task: "dict-sum", maxAnswerTokens: "auto", flashAttention: "auto" });
    expect(planned[0]).toMatchObject({ answerLimit: 32 });
    expect(planned[0]?.forecastMs).toBeGreaterThan(0);
    expect(existsSync(join(folder, "plan.db"))).toBe(false);
  });

  it("of a run warns of examples in a form that the model's file says it does not know", async () => {
    const warningsOf = async (...flags: string[]) => (await plan(...flags)).models[0]?.warnings.join("\n");
    const warning = /^--shots-as (turns|paper): .*as text alone.* Use --shots-as auto\.$/m;
    expect(await warningsOf("--shots-as", "turns")).toMatch(warning);
    expect(await warningsOf("--shots-as", "paper", "--shots", "0")).toMatch(warning);
    expect(await warningsOf()).not.toMatch(/--shots-as/);
    expect(await warningsOf("--shots-as", "turns", "--shots", "0")).not.toMatch(/--shots-as/);
    const db = join(folder, "unknown-form.db");
    await longhaul("run", late, "--rollouts", "1", "--turns", "2", "--shots-as", "turns", "--db", db);
    expect((await longhaul("show", "1", "--db", db)).stdout.replaceAll(/\s+/g, " ")).toMatch(
      /note: --shots-as turns: by its file/,
    );
  });

  it("of a run says what goes where, adding up, and the run loads it so", async () => {
    const { models: planned } = await plan("--gpu", "off");
    const [model] = planned;
    if (model === undefined) throw new Error("no model");
    const { weights, kvCache, buffers, programBytes } = model.memory;
    const sides = [weights, kvCache, buffers];
    expect(sides.every(({ gpuBytes }) => gpuBytes === 0)).toBe(true);
    expect(sides.reduce((sum, { cpuBytes }) => sum + cpuBytes, programBytes)).toBe(model.memoryBytes);
    const db = join(folder, "placed.db");
    await longhaul("run", late, "--rollouts", "2", "--turns", "3", "--gpu", "off", "--db", db);
    const [row] = await query(db, "SELECT gpu_layers, kv_bytes, context_length FROM run");
    expect(row).toEqual({
      gpu_layers: model.layers.onGpu,
      kv_bytes: kvCache.cpuBytes,
      context_length: model.contextLength,
    });
  });

  it("counts the memory of the context that is asked for, in a suite's settings, too", async () => {
    const file = suiteFile(
      "contexts",
      "name: contexts\ndefaults: { rollouts: 2, turns: 3 }\nsettings:\n  - { name: short, context: 1024 }\n  - { name: long, context: 2048 }\nexperiments:\n  - use: horizon\n",
    );
    const { stdout } = await longhaul("suite", "plan", file, late, "--json", "--db", join(folder, "plan.db"));
    const { trials } = JSON.parse(stdout) as { trials: { memoryBytes: number }[] };
    const [short = 0, long = 0] = trials.map(({ memoryBytes }) => memoryBytes);
    expect(long).toBeGreaterThan(short);
  });

  it("leaves out an arm that the model cannot play, with the reason, and the rest counts", async () => {
    const file = suiteFile(
      "cannot",
      "name: cannot\ndefaults: { rollouts: 2, turns: 3 }\nexperiments:\n  - use: thinking\n    cotTokens: 48\n  - use: horizon\n    name: long\n    turns: 5000\n",
    );
    const db = join(folder, "cannot.db");
    const planned = await longhaul("suite", "plan", file, late, "--db", db);
    expect(planned.code).toBe(0);
    expect(planned.stdout).toContain("its chat template knows no reasoning");
    expect(planned.stdout).toMatch(/own history, longhaul-ref-late: .*was trained for/);
    const ran = await longhaul("suite", "run", file, late, "--db", db);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/left out/);
    expect(await query(db, "SELECT DISTINCT status FROM run")).toEqual([{ status: "complete" }]);
  });
});

describe("a plan", () => {
  it("has a simulated model once, and the suite's name without control characters", async () => {
    const file = suiteFile("plain", 'name: "a\\nb"\nexperiments:\n  - use: horizon\n');
    const ran = await longhaul("suite", "plan", file, scripted, scripted, "--db", join(folder, "plain.db"));
    expect(ran.stdout).toContain("a\\nb: 1 trial\n");
  });

  it("names a model that cannot be run once", async () => {
    const path = join(folder, "short.gguf");
    writeFileSync(path, readFileSync(late).subarray(0, 5000));
    const ran = await longhaul("run", path, "--dry-run", "--db", join(folder, "plain.db"));
    expect(ran.stdout.match(/short\.gguf/g)).toHaveLength(2);
    expect(ran.code).toBe(1);
  });
});

describe("a suite that goes on", () => {
  const suite = suiteFile(
    "resumed",
    "name: resumed\ndefaults: { rollouts: 2, turns: 2 }\nexperiments:\n  - use: horizon\n",
  );
  const resume = (db: string, model: string) =>
    longhaul("suite", "run", suite, model, "--resume", "--db", db);

  it("knows a model by what its file holds, not by its path", async () => {
    const db = join(folder, "moved.db");
    const path = join(folder, "m.gguf");
    copyFileSync(late, path);
    await resume(db, path);
    const moved = join(folder, "moved.gguf");
    renameSync(path, moved);
    expect((await resume(db, moved)).stderr).toContain("finished before, run 1");
    copyFileSync(early, path);
    const other = await resume(db, path);
    expect(other.stderr).toContain("1 trial carried out");
    const hashes = await query(db, "SELECT DISTINCT model_sha256 FROM runs");
    expect(hashes).toHaveLength(2);
  });

  it("does not run again for a setting that came later, with its standard value", async () => {
    const db = join(folder, "later.db");
    await resume(db, scripted);
    const { default: Sqlite } = await import("better-sqlite3");
    const file = new Sqlite(db);
    file.exec("UPDATE run SET settings = json_remove(settings, '$.minP', '$.chatTemplate', '$.until')");
    file.close();
    expect((await resume(db, scripted)).stderr).toContain("finished before, run 1");
  });
});

describe("a suite that an earlier version began", () => {
  const earlier = async (name: string, model: string): Promise<string> => {
    const db = join(folder, `${name}.db`);
    const file = suiteFile(
      name,
      `name: ${name}\ndefaults: { rollouts: 2, turns: 2 }\nexperiments:\n  - use: horizon\n`,
    );
    await longhaul("suite", "run", file, model, "--db", db);
    const { default: Sqlite } = await import("better-sqlite3");
    const rows = new Sqlite(db);
    rows.exec("UPDATE run SET settings = json_set(settings, '$.maxAnswerTokens', 32)");
    rows.close();
    return (await longhaul("suite", "run", file, model, "--resume", "--db", db)).stderr;
  };

  it("goes on where its answers had room", async () => {
    expect(await earlier("had-room", "scripted:p=0.95")).toContain("finished before, run 1");
  });

  it("runs again what it cut, since there may be more room now", async () => {
    expect(await earlier("had-none", "scripted:p=0.95,think=100,unclosed=1")).toContain(
      "1 trial carried out",
    );
  });
});

it("two copies of a model are one model to a suite, and nothing was finished before that began it", async () => {
  const copies = [join(folder, "copy-a.gguf"), join(folder, "copy-b.gguf")];
  for (const path of copies) copyFileSync(late, path);
  const file = suiteFile(
    "copies",
    "name: copies\ndefaults: { rollouts: 2, turns: 2 }\nexperiments:\n  - use: horizon\n",
  );
  const ran = await longhaul("suite", "run", file, ...copies, "--db", join(folder, "copies.db"));
  expect(ran.stderr).toContain("copy-b: the same model as run 1, which stands for it");
  expect(ran.stderr).not.toContain("finished before");
  expect(ran.code).toBe(0);
});

describe("equal conditions of a suite", () => {
  it("are one run with several names, which every experiment's table has", async () => {
    const file = suiteFile(
      "equal",
      "name: equal\ndefaults: { rollouts: 8, turns: 6 }\nexperiments:\n  - use: horizon\n  - use: degradation\n  - use: format\n",
    );
    const db = join(folder, "equal.db");
    const ran = await longhaul("suite", "run", file, scripted, "--db", db, "--json");
    expect(ran.stderr).toContain(
      "degradation: own history, scripted:p=0.95: the same settings as horizon: own history",
    );
    expect(ran.stderr).toContain("3 trials carried out, 2 with the settings of another");
    expect(await query(db, "SELECT experiment, arm FROM run ORDER BY id")).toEqual([
      { experiment: "horizon", arm: "own history" },
      { experiment: "degradation", arm: "healed history" },
      { experiment: "format", arm: "integer grammar" },
    ]);
    const { experiments } = JSON.parse(ran.stdout) as {
      experiments: { experiment: string; rows: { arm: string; runs: string[] }[] }[];
    };
    expect(
      experiments.map(({ experiment, rows }) => [experiment, rows.map(({ arm, runs }) => [arm, runs])]),
    ).toEqual([
      ["horizon", [["own history", ["1"]]]],
      [
        "degradation",
        [
          ["own history", ["1"]],
          ["healed history", ["2"]],
        ],
      ],
      [
        "format",
        [
          ["free form", ["1"]],
          ["integer grammar", ["3"]],
        ],
      ],
    ]);
    // Once more: all of it is there.
    const again = await longhaul("suite", "run", file, scripted, "--db", db, "--resume");
    expect(again.stderr).toContain("0 trials carried out, 5 finished before");
    expect((await longhaul("verify", "--db", db)).code).toBe(0);
  });
});

describe("the answer limit", () => {
  const limits = async (...flags: string[]) => {
    const db = join(folder, `limit-${flags.join("")}.db`);
    const ran = await longhaul(
      "run",
      "--engine",
      scripted,
      "--rollouts",
      "2",
      "--turns",
      "4",
      ...flags,
      "--db",
      db,
    );
    const [row] = await query(
      db,
      "SELECT max_answer_tokens AS came, settings ->> '$.maxAnswerTokens' AS asked FROM run",
    );
    return { ...row, stderr: ran.stderr };
  };

  it.each([
    [[], { asked: "auto", came: 32 }],
    [["--prompt", "cot"], { asked: "auto", came: 256 }],
    [["--thinking", "on"], { asked: "auto", came: 2048 }],
    [["--max-answer-tokens", "40"], { asked: 40, came: 40 }],
  ])("is asked and resolved: %j", async (flags, wanted) => {
    expect(await limits(...flags)).toMatchObject(wanted);
  });

  it("has room for the longest right answer, however long", async () => {
    const { came } = (await limits("--task", "matrix-unbounded", "--turns", "60")) as unknown as {
      came: number;
    };
    expect(came).toBeGreaterThan(32);
  });

  it("parts no arms of an experiment where some answers need more room than is usual", async () => {
    const file = suiteFile(
      "room",
      "name: room\ndefaults: { rollouts: 8 }\nexperiments:\n  - use: turns-against-keys\n    steps: 60\n    keys: [1, 60]\n    modes: [cot]\n  - use: capacity\n    modes: [cot]\n    largest: 64\n    coarse: 5\n    fine: 8\n  - use: ablations\n    unboundedTurns: 60\n    turns: 60\n    tasks: [dict-sum, matrix-unbounded]\n",
    );
    const db = join(folder, "room.db");
    const { stdout, code } = await longhaul("suite", "run", file, "scripted:p=0.997", "--db", db);
    expect(code).toBe(0);
    const limits = await query(db, "SELECT DISTINCT max_answer_tokens FROM run ORDER BY 1");
    expect(limits.length).toBeGreaterThan(2);
    expect(stdout).not.toMatch(/maxAnswerTokens/);
    const sizes = await query(db, "SELECT max(keys_per_turn) AS most FROM run WHERE experiment = 'capacity'");
    expect(sizes).toEqual([{ most: 64 }]);
    expect(stdout).toMatch(/K=60[^\n]*K=1\b|K=1\b[^\n]*K=60/);
  });

  it("that cuts right answers is told in one line", async () => {
    const { stderr } = await limits("--max-answer-tokens", "3");
    expect(stderr).toMatch(/right answers take up to \d+ tokens: longer ones than 3 are cut/);
  });

  it("is one setting as a number and as what auto came to, and another where the numbers differ", async () => {
    const db = join(folder, "limits.db");
    const run = (seed: string, ...flags: string[]) =>
      longhaul(
        "run",
        "--engine",
        `scripted:p=0.9,seed=${seed}`,
        "--rollouts",
        "8",
        "--turns",
        "6",
        ...flags,
        "--db",
        db,
      );
    await run("1");
    await run("2", "--max-answer-tokens", "32");
    await run("3", "--max-answer-tokens", "33");
    expect((await longhaul("compare", "1", "2", "--db", db)).code).toBe(0);
    const unlike = await longhaul("compare", "1", "3", "--db", db);
    expect(unlike.code).toBe(2);
    expect(unlike.stderr).toContain("maxAnswerTokens (32, 33)");
  });
});
