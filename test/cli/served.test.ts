import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { sleep } from "../../src/clock.ts";
import type { CompareDocument } from "../../src/figures/compare-schema.ts";
import { type Plant, PlantedServer } from "../engine/server/planted-server.ts";
import { finished, longhaul, query, start, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const size = ["--rollouts", "4", "--turns", "6", "--parallel", "2", "--quiet"];
let server: PlantedServer | null = null;

afterEach(async () => {
  await server?.stop();
  server = null;
});

async function planted(plant: Partial<Plant> = {}): Promise<{ server: PlantedServer; engine: string[] }> {
  server = await PlantedServer.start({ kind: "llama.cpp", slots: 2, ...plant });
  const address = plant.kind === "ollama" ? `ollama:${server.origin}` : `openai:${server.origin}/v1`;
  return { server, engine: ["--engine", address, "planted"] };
}

async function tally(db: string): Promise<unknown> {
  const [row] = await query(
    db,
    "SELECT sum(class = 'right') AS right, sum(class <> 'right') AS wrong FROM turns",
  );
  return row;
}

describe("models behind a server", { timeout: 60_000 }, () => {
  it.each(["llama.cpp", "vllm", "ollama", "lm-studio", "unknown"] as const)(
    "are runs like others: %s",
    async (kind) => {
      const db = join(folder, `${kind}.db`);
      const { engine } = await planted({ kind });
      const { code, stdout, stderr } = await longhaul("run", ...engine, ...size, "--db", db, "--json");
      expect(stderr).toBe("");
      expect(code).toBe(0);
      const [run] = (JSON.parse(stdout) as { runs: { server: unknown; engine: string }[] }).runs;
      expect(run).toMatchObject({ engine: kind === "ollama" ? "ollama" : "openai", server: { kind } });
      expect(await tally(db)).toEqual({ right: 24, wrong: 0 });
      for (const command of [["show", "1"], ["compare"], ["report", "-o", join(folder, `${kind}.html`)]]) {
        const shown = await longhaul(...command, "--db", db);
        expect(shown.stderr + shown.stdout).not.toMatch(/NaN|undefined|Infinity/);
        expect(shown.code).toBe(0);
      }
      expect((await longhaul("verify", "--db", db)).code).toBe(0);
    },
  );

  it("are told where their server words conversations otherwise than their file", async () => {
    const db = join(folder, "worded.db");
    const modelPath = resolve("models/longhaul-ref-late.gguf");
    const { engine } = await planted({ modelPath });
    await longhaul("run", ...engine, ...size, "--db", db);
    const { stdout } = await longhaul("show", "1", "--db", db);
    expect(stdout).toMatch(/0\.32M parameters/);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "its server words conversations by another chat template than the model's file has",
    );
  });

  it("are made again by the line that their page tells", async () => {
    const db = join(folder, "again.db");
    const page = join(folder, "again.html");
    const { engine } = await planted();
    await longhaul("run", ...engine, ...size, "--db", db);
    await longhaul("report", "-o", page, "--db", db);
    const [, line = ""] = /longhaul (run --engine [^"<]+)/.exec(readFileSync(page, "utf8")) ?? [];
    const words = line.split(" ");
    expect(words).toContain("planted");
    const again = await longhaul(...words, "--dry-run", "--db", db);
    expect([again.code, again.stderr]).toEqual([0, ""]);
  });

  it("keep the key to themselves, though the server sends it back", async () => {
    const key = "sk-secret-0123456789";
    const db = join(folder, "key.db");
    const page = join(folder, "key.html");
    const { server: asked, engine } = await planted({ isEchoing: true });
    const args = ["run", ...engine, ...size, "--db", db, "--report", page, "--json"];
    const { stdout, stderr } = await finished(start(args, { LONGHAUL_API_KEY: key }));
    expect(asked.asked.at(-1)?.headers["authorization"]).toBe(`Bearer ${key}`);
    const written = readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString("latin1"));
    for (const text of [stdout, stderr, ...written]) expect(text).not.toContain(key);
  });

  it.each([
    ["run", "--engine", "openai:http://me:pass-word@127.0.0.1:1/v1", "planted"],
    ["run", "--engine", "openai:http://127.0.0.1:1/v1?api_key=pass-word", "planted"],
    ["suite", "run", "bench/suites/quick.yaml", "ollama:http://me:pass-word@127.0.0.1:1 planted"],
    ["models", "--server", "http://127.0.0.1:1/?key=pass-word"],
  ])("are not asked with what is secret in their address, nor is that said again: %s %s", async (...args) => {
    const { code, stdout, stderr } = await longhaul(...args);
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain("pass-word");
  });

  it("whose prompts are cut are censored, and never judged by what they could not see", async () => {
    const db = join(folder, "cut.db");
    const { engine } = await planted({ cutAt: 420 });
    await longhaul("run", ...engine, ...size, "--turns", "20", "--db", db);
    const ends = await query(db, "SELECT end, count(*) AS n FROM rollout GROUP BY end");
    expect(ends).toEqual([{ end: "context_full", n: 4 }]);
    expect(await tally(db)).toMatchObject({ wrong: 0 });
  });

  it("that are not there are rows that say so, and the others go on", async () => {
    const db = join(folder, "other.db");
    const { engine } = await planted({ kind: "vllm" });
    const { code } = await longhaul("run", ...engine, "nobody", ...size, "--db", db);
    expect(code).toBe(1);
    expect(await query(db, "SELECT status, error FROM run ORDER BY id")).toEqual([
      { status: "complete", error: null },
      { status: "failed", error: expect.stringMatching(/does not offer "nobody".*planted/) },
    ]);
  });

  it("that nobody serves are told in a sentence", async () => {
    const db = join(folder, "nobody.db");
    const args = ["--engine", "openai:http://127.0.0.1:9/v1", "x", "--db", db, "--quiet"];
    const { code, stderr } = await longhaul("run", ...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/refused the connection: is the server running\?/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("tell what they are asked for and what of it the server decides", async () => {
    const db = join(folder, "told.db");
    const { engine } = await planted();
    const { stdout, stderr } = await longhaul(
      "run",
      ...engine,
      "--rollouts",
      "2",
      "--turns",
      "2",
      "--db",
      db,
    );
    expect(stderr).toMatch(/^planted: 2 conversations of \d+ tokens$/m);
    expect(stderr).not.toMatch(/warning|unknown/);
    expect(stdout).toMatch(/^ {2}2 conversations at a time, context [\d,]+ tokens$/m);
    expect(stdout).not.toMatch(/unknown/);
    const plan = await longhaul("run", ...engine, "--dry-run", "--db", db);
    expect(plan.stdout).toMatch(/^parallel /m);
    expect(plan.stdout).not.toMatch(/^(threads|kvTypeK|gpu) /m);
  });

  it("that answer to any name say which one they have", async () => {
    const db = join(folder, "any-name.db");
    const { server: asked } = await planted();
    const args = ["run", "--engine", `openai:${asked.origin}/v1`, "org/other", ...size, "--db", db, "--json"];
    const { code, stdout, stderr } = await longhaul(...args);
    expect(code).toBe(0);
    const words = 'the server was asked for "org/other" and has "planted", which answers to any name';
    expect((JSON.parse(stdout) as { runs: { warnings: string[] }[] }).runs[0]?.warnings).toContain(words);
    expect(stderr).not.toContain(words);
    const plan = await longhaul("run", "--engine", `openai:${asked.origin}/v1`, "org/other", "--dry-run");
    expect(plan.stdout).toContain(`planted: warning: ${words}`);
  });

  it("are called by their whole name where they cannot be had", async () => {
    const db = join(folder, "org.db");
    const args = ["--engine", "openai:http://127.0.0.1:9/v1", "org/model", "--db", db];
    const { stderr } = await longhaul("run", ...args);
    expect(stderr).toMatch(/^org\/model: failed: http:\/\/127\.0\.0\.1:9 refused/m);
    expect(await query(db, "SELECT name FROM run")).toEqual([{ name: "org/model" }]);
  });

  it("go on where they stopped, and come to the rows of an unbroken run", async () => {
    const columns = "rollout, turn, text, prompt_tokens, class, answer";
    const rows = (db: string) => query(db, `SELECT ${columns} FROM turns ORDER BY rollout, turn`);
    const isRight = (turn: number): boolean => turn % 4 !== 3;
    const { server: asked, engine } = await planted({ isRight, pieceMs: 8 });
    const [whole, broken] = [join(folder, "whole.db"), join(folder, "broken.db")];
    await longhaul("run", ...engine, ...size, "--db", whole);
    const before = asked.asked.length;
    const child = start(["run", ...engine, ...size, "--db", broken]);
    while (asked.asked.length < before + 9) await sleep(20);
    child.kill("SIGTERM");
    expect((await finished(child)).code).toBe(75);
    const stopped = (await rows(broken)).length;
    expect(stopped).toBeGreaterThan(0);
    const asks = asked.asked.length;
    expect((await longhaul("resume", "--last", "--quiet", "--db", broken)).code).toBe(0);
    expect(await rows(broken)).toEqual(await rows(whole));
    // One more to warm up.
    expect(asked.asked.length - asks).toBe(24 - stopped + 1);
    expect((await longhaul("verify", "--db", broken)).code).toBe(0);
  });

  it("are interrupted at once where the server says nothing, and so are those that go on", async () => {
    const db = join(folder, "hanging.db");
    const { server: asked, engine } = await planted();
    for (const args of [
      ["run", ...engine, ...size],
      ["resume", "1", "--quiet"],
    ]) {
      const before = asked.asked.length;
      asked.mishaps.push({ is: "hang" });
      const child = start([...args, "--db", db]);
      const end = finished(child);
      while (asked.asked.length === before) await sleep(20);
      child.kill("SIGINT");
      expect((await end).code).toBe(130);
      expect(await query(db, "SELECT status, error FROM run")).toEqual([
        { status: "interrupted", error: null },
      ]);
    }
    expect((await longhaul("resume", "1", "--quiet", "--db", db)).code).toBe(0);
    expect(await tally(db)).toEqual({ right: 24, wrong: 0 });
  });

  it("are interrupted at once while a level is looked for", async () => {
    const { server: asked, engine } = await planted();
    asked.mishaps.push({ is: "hang" });
    const db = join(folder, "level.db");
    const child = start(["run", ...engine, ...size, "--level", "auto", "--db", db]);
    const end = finished(child);
    while (asked.asked.length === 0) await sleep(20);
    child.kill("SIGINT");
    expect((await end).code).toBe(130);
  });

  it("do not go on behind another model of that name", async () => {
    const db = join(folder, "swapped.db");
    const { server: asked, engine } = await planted({ kind: "ollama", pieceMs: 8 });
    const child = start(["run", ...engine, ...size, "--db", db]);
    while (asked.asked.length < 9) await sleep(20);
    child.kill("SIGTERM");
    await finished(child);
    asked.digest = "d2";
    const { code, stderr } = await longhaul("resume", "--last", "--quiet", "--db", db);
    expect(code).toBe(1);
    expect(stderr).toMatch(/d2/);
  });

  it("take part in suites, where arms that need more than a chat are left out by name", async () => {
    const db = join(folder, "suite.db");
    const file = join(folder, "served.yaml");
    writeFileSync(
      file,
      `name: served
defaults: { rollouts: 4, turns: 4, parallel: 2 }
experiments:
  - use: mitigations
  - use: format
  - use: quantization
    name: cache
    kvTypeK: q8_0
`,
    );
    const { server: asked } = await planted({ kind: "vllm" });
    const model = `openai:${asked.origin}/v1 planted`;
    const { code, stderr } = await longhaul("suite", "run", file, model, "--db", db, "--quiet");
    expect(stderr).not.toMatch(/failed/);
    expect(code).toBe(0);
    const planned = await longhaul("suite", "plan", file, model, "--db", db);
    expect(planned.stdout).toMatch(/its server \(vllm\) takes no grammar/);
    expect(planned.stdout).toMatch(/kvTypeK: q8_0: a model behind a server cannot be told/);
    const arms = await query(db, "SELECT DISTINCT experiment FROM places");
    expect(arms.map(({ experiment }) => experiment)).toEqual(["mitigations", "format"]);
  });

  it.each([
    [
      ["--thinking", "on", "--thinking-budget", "5"],
      /--thinking-budget 5: a model behind a server cannot be told/,
    ],
    [["--threads", "4"], /--threads 4: a model behind a server cannot be told/],
    [["--request-timeout", "-1"], /--request-timeout -1: is no number of seconds/],
  ])("are not asked what only this process can do: %s", async (flags, words) => {
    const args = ["--engine", "openai:http://127.0.0.1:9/v1", "x", "--db", join(folder, "no.db")];
    const { code, stderr } = await longhaul("run", ...args, ...flags);
    expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
  });

  it("are not put together with others of that name, unless their digest says that they are one", async () => {
    const db = join(folder, "names.db");
    for (const digest of ["d1", "d2"]) {
      const { server: asked, engine } = await planted({ kind: "ollama" });
      asked.digest = digest;
      await longhaul("run", ...engine, ...size, "--db", db);
      await asked.stop();
    }
    const { stdout } = await longhaul("compare", "--json", "--db", db);
    expect((JSON.parse(stdout) as CompareDocument).groups).toHaveLength(2);
  });
});
