import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plainTemplate } from "../../src/chat/plain-template.ts";
import { chatOptionsOf } from "../../src/runs/chat-options.ts";
import type { InspectionJob } from "../../src/runs/inspect.ts";
import type { Trial } from "../../src/runs/trial.ts";
import { type Patience, trialPatience } from "../../src/runs/watchdog.ts";
import { type Settings, standardSettings } from "../../src/settings/settings.ts";
import { openDatabase } from "../../src/store/database.ts";
import { temporaryFolder } from "../cli/longhaul.ts";
import { writeTinyLlama } from "../engine/llama/tiny-llama.ts";
import { newRun } from "../store/builders.ts";

// Built: a worker process runs JavaScript.
const runs = new URL("../../dist/runs/", import.meta.url).href;
const { carryOut } = (await import(
  `${runs}llama-trial.js`
)) as typeof import("../../src/runs/llama-trial.ts");
const { Inspector } = (await import(`${runs}inspector.js`)) as typeof import("../../src/runs/inspector.ts");

/** More than twice a beat, so that a healthy worker lives. */
const impatience: Patience = {
  silenceMs: 11_000,
  silenceAtStartMs: 30_000,
  idleAtLeastMs: 60_000,
  idleLoadingMs: 60_000,
  idleUnknownMs: 60_000,
};
const folder = temporaryFolder();
const modelPath = join(folder, "tiny.gguf");
writeTinyLlama(modelPath);

describe("a run whose worker is stopped", () => {
  it("fails with a row that says so, and keeps every finished turn", async () => {
    const { database, end } = run("stopped.db", { turns: 100_000 }, impatience);
    await turnsOf(database, 5);
    signal("STOP");
    const error = "the engine's process was stopped or froze: no sign of life for 11 s";
    expect(await end).toMatchObject({ status: "failed", error, broken: null });
    expect(database.prepare("SELECT status, error FROM run").all()).toEqual([{ status: "failed", error }]);
    expect(database.prepare("SELECT DISTINCT end FROM rollout").pluck().all()).toEqual(["timeout"]);
    const turns = database.prepare("SELECT turn FROM turn WHERE rollout = 0 ORDER BY turn").pluck().all();
    expect(turns.length).toBeGreaterThanOrEqual(5);
    expect(turns).toEqual(turns.map((_, index) => index + 1));
    database.close();
  });

  it("goes on when the worker does in time, and the batch in which it stood is marked", async () => {
    const { database, end } = run("paused.db", { turns: 250 });
    await turnsOf(database, 5);
    const marked = database.prepare("SELECT count(*) FROM batch WHERE mark = 'slept'").pluck();
    // Between batches there is nothing to mark.
    for (let attempt = 0; attempt < 3 && marked.get() === 0; attempt++) {
      signal("STOP");
      await new Promise((done) => setTimeout(done, 11_000));
      const before = turnCount(database);
      signal("CONT");
      await turnsOf(database, before + 2);
    }
    expect(await end).toEqual({ status: "complete", error: null, broken: null });
    const batches = database.prepare("SELECT mark, end_ms - start_ms AS ms FROM batch").all() as Took[];
    // A stop that fell between batches every time leaves nothing to mark.
    expect(batches.filter(({ mark, ms }) => ms > 10_000 && mark !== "slept")).toEqual([]);
    expect(batches.filter(({ mark, ms }) => mark !== null && ms < 10_000)).toEqual([]);
    database.close();
  });
});

interface Took {
  readonly mark: string | null;
  readonly ms: number;
}

describe("an inspection whose worker is stopped", () => {
  it("ends with the name of the model, and the next has another worker", async () => {
    const inspector = new Inspector(impatience);
    const job: InspectionJob = {
      modelPath,
      template: { text: plainTemplate, source: "plain" },
      settings: settingsWith({ turns: 2 }),
      instances: null,
    };
    const before = await inspector.inspect(job);
    signal("STOP");
    await expect(inspector.inspect(job)).rejects.toMatchObject({
      code: "timeout",
      message: "tiny.gguf: the engine's process was stopped or froze: no sign of life for 30 s",
    });
    // What is free of memory is another number each time.
    expect(await inspector.inspect(job)).toEqual({ ...before, memory: expect.anything() });
    inspector.close();
  });
});

function settingsWith(change: Partial<Settings>): Settings {
  return { ...standardSettings, rollouts: 1, shots: 1, dictionarySize: 5, gpu: "off", ...change };
}

function run(file: string, change: Partial<Settings>, patience = trialPatience(1e6)) {
  const dbPath = join(folder, file);
  const database = openDatabase(dbPath);
  const settings = settingsWith({ history: "window:1", ...change });
  const trial: Trial = {
    dbPath,
    runId: newRun(database, settings),
    settings,
    answerLimit: 64,
    instances: null,
    isWatched: false,
    engine: {
      kind: "llama",
      options: {
        ...settings,
        modelPath,
        chatTemplate: { text: plainTemplate, source: "plain" },
        gpuLayers: 0,
        threads: 1,
        parallel: 1,
        contextLength: 2048,
        chat: chatOptionsOf(settings),
        kvBytesPerToken: null,
      },
    },
    expected: null,
  };
  const nothing = (): void => undefined;
  const hooks = { onProgress: nothing, onWatch: nothing, onInterruptible: nothing };
  return { database, end: carryOut(database, trial, hooks, { usesGpu: false, modelBytes: 1e6, patience }) };
}

/** Waits until so many turns are in the file. */
async function turnsOf(database: ReturnType<typeof openDatabase>, count: number): Promise<void> {
  while (turnCount(database) < count) await new Promise((done) => setTimeout(done, 50));
}

function turnCount(database: ReturnType<typeof openDatabase>): number {
  return database.prepare("SELECT count(*) FROM turn").pluck().get() as number;
}

/** Signals the one child of this process that runs native code. */
function signal(name: "STOP" | "CONT"): void {
  execFileSync("pkill", [`-${name}`, "-P", String(process.pid), "-f", "runs/worker"]);
}
