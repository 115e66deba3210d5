import { chmodSync, copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { SpeedDocument } from "../../src/figures/speed-test-schema.ts";
import { finished, longhaul, query, start, temporaryFolder, until } from "./longhaul.ts";

const shipped = readFileSync(join(import.meta.dirname, "../../schemas/speed.schema.json"), "utf8");
const schema = z.fromJSONSchema(JSON.parse(shipped) as Parameters<typeof z.fromJSONSchema>[0]);
const folder = temporaryFolder();
const model = "models/longhaul-ref-early.gguf";
const small = ["-p", "16", "-n", "8", "-r", "3", "-t", "1", "--quiet"];
const long = { timeout: 300_000 };

function path(name: string): string {
  return join(folder, name);
}

async function documentOf(...args: readonly string[]): Promise<SpeedDocument> {
  const { stdout, stderr, code } = await longhaul("speed", ...args, "--json");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  const document: unknown = JSON.parse(stdout);
  expect(schema.safeParse(document).error).toBeUndefined();
  return document as SpeedDocument;
}

describe("longhaul speed", () => {
  it("measures llama-bench's tests, stores every repetition, and seals the rows", long, async () => {
    const db = path("plain.db");
    const { tests } = await documentOf(model, ...small, "-d", "0,16", "--db", db);
    expect(tests.map(({ test }) => test)).toEqual([
      ...["pp16", "tg8", "tg8 sampled"],
      ...["pp16 @ d16", "tg8 @ d16", "tg8 sampled @ d16"],
    ]);
    for (const test of tests) {
      expect(test.samplesMs).toHaveLength(3);
      expect(test.isExact).toBe(true);
      expect(test.threads).toBe(1);
      expect(test.model.name).toBe("longhaul-ref-early");
      const rates = test.samplesMs.map((ms) => (test.tokens * 1000) / ms);
      expect(test.tokensPerSecond).toEqual(rates);
      expect(test.median).toBe(rates.toSorted((a, b) => a - b)[1]);
      expect(test.interval?.low).toBeLessThan(test.interval?.high ?? 0);
      expect(test.earlier).toBeNull();
    }
    const [prompt, generated, , , deeper] = tests;
    expect(prompt?.memoryShare).toBeNull();
    expect(generated?.memoryShare).toBeGreaterThan(0);
    expect(generated?.memory?.method).toMatch(/memchr/);
    // Weights of the model: all of them, since it looks nothing up; and the cache of as many tokens more.
    const perToken = ((deeper?.bytesPerStep ?? 0) - (generated?.bytesPerStep ?? 0)) / 16;
    expect(Number.isInteger(perToken) && perToken > 0).toBe(true);
    const rows = await query(db, "SELECT test, seal, samples FROM speed_test ORDER BY id");
    expect(rows).toHaveLength(6);
    const verified = await longhaul("verify", "--db", db);
    expect(verified.stdout).toBe("6 tests of speed: every seal holds\n");
    expect(verified.code).toBe(0);
  });

  it("finds a changed row", long, async () => {
    const db = path("changed.db");
    await documentOf(model, ...small, "-n", "0", "--db", db);
    for (const sql of [
      "UPDATE speed_test SET samples = replace(samples, '1', '2')",
      "UPDATE model SET name = 'another'",
    ]) {
      const database = new Sqlite(db);
      database.exec("SAVEPOINT one");
      database.exec(sql);
      database.exec("RELEASE one");
      database.close();
      const { stdout, code } = await longhaul("verify", "--db", db, "--json");
      expect(code).toBe(1);
      expect((JSON.parse(stdout) as { speedTests: unknown }).speedTests).toEqual({
        count: 1,
        broken: [{ id: 1, test: "pp16" }],
      });
    }
  });

  it("makes a grid of lists, under llama-bench's flags", long, async () => {
    const flags = ["-m", model, "-p", "16", "-n", "4", "-r", "1", "--sampling", "off", "-ctk", "f16,q8_0"];
    const { tests } = await documentOf(
      ...flags,
      "-fa",
      "1",
      "--parallel",
      "1,3",
      "-t",
      "1",
      "-b",
      "512,256",
      "--quiet",
      "--db",
      path("grid.db"),
    );
    expect(tests).toHaveLength(2 * 2 * 2 * 2);
    const seen = tests.map(({ conversations, settings, test }) =>
      [settings["n_batch"], conversations, settings["type_k"], settings["flash_attn"], test].join(" "),
    );
    expect(new Set(seen).size).toBe(16);
    expect(seen[0]).toBe("512 1 f16 on pp16");
    expect(seen.at(-1)).toBe("256 3 q8_0 on tg4");
    const three = tests.find(({ conversations }) => conversations === 3);
    expect(three?.tokensPerSecond[0]).toBeCloseTo((16 * 3 * 1000) / (three?.samplesMs[0] ?? 1), 6);
  });

  it("prints llama-bench's columns as a table, Markdown and CSV", long, async () => {
    const db = path("forms.db");
    const table = await longhaul("speed", model, ...small, "--db", db);
    expect(table.stdout).toMatch(/^model +size +params +backend +threads +test +t\/s +median +of memory\n/);
    expect(table.stdout).toMatch(
      /\nlonghaul-ref-early +0\.62 MiB +0\.32 M +CPU +1 +pp16 +[\d.]+ ± [\d.]+ +[\d.]+\n/,
    );
    const markdown = await longhaul("speed", "--stored", "--db", db, "--markdown", "-o", path("s.md"));
    expect([markdown.stdout, markdown.code]).toEqual(["", 0]);
    expect(readFileSync(path("s.md"), "utf8").split("\n").slice(0, 3).join("\n")).toMatch(
      /^\| model \| size \| params \| backend \| threads \| test \| t\/s \| median \| of memory \|\n\| --- \| ---: \| ---: \| --- \| (---: \| ?){5}\n\| longhaul-ref-early \| 0\.62 MiB \| 0\.32 M \| CPU \| 1 \| pp16 \| [\d.]+ ± [\d.]+ \| [\d.]+ \|  \|$/,
    );
    const csv = await longhaul("speed", "--stored", "--db", db, "--csv");
    const [head = "", ...lines] = csv.stdout.trimEnd().split("\r\n");
    expect(head).toContain(
      "model_size,model_n_params,backends,n_threads,n_gpu_layers,n_batch,type_k,type_v,flash_attn",
    );
    expect(head).toContain("n_prompt,n_gen,n_depth,test,sampled,avg_ts,stddev_ts");
    expect(lines).toHaveLength(3);
    expect(new Set([head, ...lines].map((line) => line.split(",").length)).size).toBe(1);
  });

  it("says what it measures on stderr, a line each where that is no terminal", long, async () => {
    const { stderr } = await longhaul(
      "speed",
      model,
      "-p",
      "8",
      "-n",
      "0",
      "-r",
      "1",
      "-t",
      "1",
      "--db",
      path("told.db"),
    );
    expect(stderr).toBe("longhaul-ref-early: pp8, 1 times\n");
  });

  it("stops at Ctrl-C, keeps and shows what was finished, and ends with 130", long, async () => {
    const db = path("stopped.db");
    const endless = ["-p", "8", "-n", "5000", "-r", "2000", "--sampling", "off", "-t", "1"];
    const child = start(["speed", model, ...endless, "--quiet", "--db", db, "--json"]);
    const ended = finished(child);
    await until(db, "SELECT 1 FROM speed_test");
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended;
    expect([code, stderr]).toEqual([130, ""]);
    expect((JSON.parse(stdout) as SpeedDocument).tests.map(({ test }) => test)).toEqual(["pp8"]);
  });

  it("stops at Ctrl-C while a large file is hashed", long, async () => {
    const large = path("large.gguf");
    copyFileSync(model, large);
    // A hole: long to hash, and nothing on the disk.
    truncateSync(large, 64e9);
    const env = { XDG_CACHE_HOME: folder };
    const child = start(["speed", large, ...small, "--db", path("hashed.db"), "-p", "0"], env);
    const ended = finished(child);
    await until(path("hashed.db"), "SELECT 1 FROM machine");
    // Memory is measured before.
    await new Promise((done) => setTimeout(done, 3_000));
    const interruptedMs = performance.now();
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stdout: "" });
    expect(performance.now() - interruptedMs).toBeLessThan(8_000);
  });

  it("goes on after a test that fails, and ends with 1", long, async () => {
    const flags = ["-p", "8", "-n", "0", "-r", "1", "-t", "1", "--quiet", "--db", path("failed.db")];
    // Quantized values need flash attention.
    const { stderr, stdout, code } = await longhaul(
      "speed",
      model,
      ...flags,
      "-fa",
      "off",
      "-ctv",
      "q8_0,f16",
      "--json",
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^longhaul: longhaul-ref-early pp8: /);
    expect((JSON.parse(stdout) as SpeedDocument).tests.map(({ settings }) => settings["type_v"])).toEqual([
      "f16",
    ]);
  });
});

describe("a test that was measured before", () => {
  const db = path("before.db");
  /** Rates of the first test, as if they had been so. */
  const plant = (rates: readonly number[]): void => {
    const database = new Sqlite(db);
    const samples = rates.map((rate) => ({ ms: (8 * 1000) / rate, cpuMs: null }));
    database
      .prepare("UPDATE speed_test SET samples = ? WHERE id = 1")
      .run(JSON.stringify({ samples, turns: [] }));
    database.close();
  };
  const again = (...flags: readonly string[]) =>
    longhaul(
      "speed",
      model,
      "-p",
      "0",
      "-n",
      "8",
      "--sampling",
      "off",
      "-r",
      "3",
      "-t",
      "1",
      "--quiet",
      "--db",
      db,
      ...flags,
    );

  it(
    "fails a limit as long as there is none, is found by file, machine and settings, and decides limits",
    long,
    async () => {
      const first = await again("--fail-slower", "50%");
      expect(first.code).toBe(3);
      expect(first.stderr).toMatch(/--fail-slower: longhaul-ref-early tg8: there is no earlier test/);

      plant([1e9, 1.01e9, 0.99e9]);
      const slower = await again("--fail-slower", "tg=50%", "--json");
      expect(slower.code).toBe(3);
      expect(slower.stderr).toMatch(/tg8: is 100 % slower than test 1, at most 50 % was asked for/);
      const [{ earlier } = { earlier: null }] = (JSON.parse(slower.stdout) as SpeedDocument).tests;
      expect(earlier?.id).toBe(1);
      expect(earlier?.high).toBeLessThan(1);

      // Another size of batches, another test and another cache are none of it.
      const grid = ["-n", "8,9", "-d", "0,8", "-b", "512,256", "-ctk", "f16,q8_0", "--sampling", "both"];
      const { tests } = JSON.parse((await again(...grid, "--json")).stdout) as SpeedDocument;
      expect(tests).toHaveLength(32);
      const known = tests.filter((test) => test.earlier !== null);
      expect(known.map(({ test, settings }) => [test, settings["n_batch"], settings["type_k"]])).toEqual([
        ["tg8", "512", "f16"],
      ]);

      // What was asked for decides, not what came of it; and "auto" is another question than "1".
      const changed = new Sqlite(db);
      changed.exec("DELETE FROM speed_test WHERE id > 1");
      changed.exec("UPDATE speed_test SET settings = json_set(settings, '$.threads', 2)");
      changed.close();
      const resolved = await again("--fail-slower", "tg=50%");
      expect(resolved.code).toBe(3);
      expect(resolved.stderr).toMatch(/slower than test 1 \(2 threads then, 1 now\), at most/);
      const auto = await again("-t", "auto", "--fail-slower", "tg=50%");
      expect(auto.stderr).toMatch(/there is no earlier test/);

      const database = new Sqlite(db);
      database.exec("DELETE FROM speed_test WHERE id > 1");
      database.close();
      plant([1e-3, 1.01e-3, 0.99e-3]);
      const faster = await again("--fail-slower", "pp=1%,tg.low=1%");
      expect(faster.code).toBe(0);
      expect(faster.stdout).toMatch(/tg8: [\d,]+ % faster than test 1 of \d{4}-\d\d-\d\d/);
    },
  );
});

describe("longhaul speed --against", () => {
  /** Tells llama-bench's JSON of what it is asked for, at a rate that grows with every call, and notes its arguments. */
  function fakeBench(name: string, body = ""): string {
    const file = path(name);
    writeFileSync(
      file,
      `#!${process.execPath}
const { appendFileSync, existsSync, readFileSync } = require("node:fs");
const args = process.argv.slice(2);
const log = ${JSON.stringify(`${file}.log`)};
const calls = existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\\n").length : 0;
appendFileSync(log, args.join(" ") + "\\n");
const of = (flag) => Number(args[args.indexOf(flag) + 1]);
${body}
console.log(JSON.stringify([{ build_commit: "abc", build_number: 7, backends: "CPU", n_prompt: of("-p"), n_gen: of("-n"), n_depth: of("-d"), samples_ts: [1000 + calls] }]));
`,
    );
    chmodSync(file, 0o755);
    return file;
  }

  it("measures the same by llama-bench in turns, with the settings that ours used", long, async () => {
    const program = fakeBench("llama-bench");
    const { tests } = await documentOf(
      model,
      ...small,
      "-d",
      "4",
      "-ctk",
      "q8_0",
      "--against",
      program,
      "--db",
      path("against.db"),
    );
    expect(tests.map(({ test }) => test)).toEqual(["pp16 @ d4", "tg8 @ d4"]);
    expect(tests.map(({ against }) => against?.tokensPerSecond)).toEqual([
      [1000, 1001, 1002],
      [1003, 1004, 1005],
    ]);
    for (const { against, median } of tests) {
      expect(against?.build).toBe("abc (7), CPU");
      expect(against?.ratio).toBeCloseTo((median ?? 0) / (against?.median ?? 1), 10);
      expect(against?.low).toBeLessThanOrEqual(against?.ratio ?? 0);
    }
    const [first = ""] = readFileSync(`${program}.log`, "utf8").split("\n");
    expect(first).toMatch(/-p 16 -n 0 -d 4 -r 1 -t 1 -b 512 -ub 512 -ctk q8_0 -ctv f16 -ngl 0 .*-o json$/);
    const { stdout } = await longhaul("speed", "--stored", "--db", path("against.db"));
    expect(stdout).toMatch(/theirs +ratio \(95 %\)\n/);
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "llama-bench: the same tests by it (build abc (7), CPU), in turns with ours, 3 pairs.",
    );
  });

  it("stops at Ctrl-C although it was stopped itself", long, async () => {
    const program = fakeBench("llama-bench-stopped", 'process.kill(process.pid, "SIGSTOP");');
    const child = start(["speed", model, ...small, "--against", program, "--db", path("halted.db")]);
    const ended = finished(child);
    while (!existsSync(`${program}.log`)) await new Promise((done) => setTimeout(done, 50));
    await new Promise((done) => setTimeout(done, 300));
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
  });

  it.each([
    [
      "fails",
      'console.error("error: failed to load model"); process.exit(1);',
      /llama-bench-fails failed: error: failed to load model/,
    ],
    ["tells no JSON", 'console.log("hello"); process.exit(0);', /its output cannot be read/],
    [
      "tells of another test",
      "args[args.indexOf('-p') + 1] = 17;",
      /it measured something else than was asked for/,
    ],
  ])("says so where it %s, and keeps nothing of that test", long, async (name, body, message) => {
    const program = fakeBench(`llama-bench-${name.replaceAll(" ", "-")}`, body);
    const db = path(`${name}.db`);
    const { stderr, code } = await longhaul(
      "speed",
      model,
      ...small,
      "-n",
      "0",
      "--against",
      program,
      "--db",
      db,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(await query(db, "SELECT count(*) AS n FROM speed_test")).toEqual([{ n: 0 }]);
  });
});

describe("longhaul speed --conversation", () => {
  const chat = path("chat.json");
  writeFileSync(
    chat,
    JSON.stringify([
      { role: "system", content: "Be short." },
      { role: "user", content: "Who are you, and what can you do for me today?" },
      { role: "assistant", content: "I am a helper, and I can do many things." },
      { role: "user", content: "Name three." },
      { role: "assistant", content: "One, two and three." },
      { role: "user", content: "Thanks." },
    ]),
  );

  it("evaluates it turn by turn, its cache kept and not", long, async () => {
    const db = path("chat.db");
    const { tests } = await documentOf(
      model,
      "--conversation",
      chat,
      "-n",
      "6",
      "-r",
      "2",
      "-t",
      "1",
      "--quiet",
      "--db",
      db,
    );
    expect(tests.map(({ test }) => test)).toEqual(["chat.json, cache on", "chat.json, cache off"]);
    const [kept, empty] = tests.map(({ turns }) => turns);
    expect(kept).toHaveLength(3);
    for (const [index, turn] of (kept ?? []).entries()) {
      const same = empty?.[index];
      expect(turn.promptTokens).toBe(same?.promptTokens);
      expect(turn.reusedTokens + turn.prefilledTokens).toBe(turn.promptTokens);
      expect(same?.reusedTokens).toBe(0);
      if (index > 0) expect(turn.reusedTokens).toBeGreaterThan(0);
      expect(turn.decodedTokens).toBeLessThanOrEqual(6);
      expect(turn.ttftMs).toBeGreaterThan(0);
    }
    const { stdout } = await longhaul("speed", "--stored", "--db", db);
    expect(stdout).toMatch(/\nturn +prompt +in cache +prefilled +TTFT ms +decoded +decode t\/s\n +1 /);
    const csv = await longhaul("speed", "--stored", "--db", db, "--csv");
    expect(csv.stdout.trimEnd().split("\r\n")).toHaveLength(1 + 6);
  });
});

describe("a mistake on the command line of speed", () => {
  writeFileSync(path("bad.json"), '[{"role": "user"}]');
  it.each([
    [["speed"], /speed: name a model/],
    [["speed", model, "-p", "x"], /--n-prompt x: must be a whole number, or several as llama-bench has them/],
    [["speed", model, "-p", "0", "-n", "0"], /nothing is left to measure/],
    [["speed", model, "-r", "0"], /--repetitions 0: must be a whole number from 1/],
    [["speed", model, "-ctk", "f16,q9"], /--kv-type-k q9: must be f16, /],
    [["speed", model, "--sampling", "no"], /--sampling no: must be off, on or both/],
    [["speed", model, "--fail-slower", "x=5"], /--fail-slower x=5: must be a number of per cent/],
    [["speed", model, "--fail-slower", "100"], /--fail-slower 100: must be/],
    [["speed", model, "--cache", "on"], /--cache on: only conversations have one\. Add --conversation/],
    [
      ["speed", model, "--against", "/nowhere/llama-bench"],
      /--against \/nowhere\/llama-bench: no such program\. Name/,
    ],
    [
      ["speed", model, "--against", process.execPath, "--parallel", "2"],
      /--against with --parallel 2: llama-bench has one/,
    ],
    [["speed", model, "--conversation", path("bad.json")], /bad\.json: message 1 has no text/],
    [["speed", model, "--conversation", path("bad.json"), "-d", "5"], /--n-depth 5: not with --conversation/],
    [["speed", "nowhere.gguf"], /nowhere\.gguf: no such file/],
    [["speed", model, "--stored"], /--db .*none\.db: no such file/],
  ])("is one line that names flag, value and fix: %s", async (args, message) => {
    const db = path("none.db");
    const { stderr, code } = await longhaul(...args, "--db", db);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    if (!args.includes("nowhere.gguf")) expect(existsSync(db)).toBe(false);
  });
});
