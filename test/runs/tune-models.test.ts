import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plainTemplate } from "../../src/chat/plain-template.ts";
import { chatOptionsOf } from "../../src/runs/chat-options.ts";
import type { FromWorker } from "../../src/runs/messages.ts";
import type { RunRequest } from "../../src/runs/request.ts";
import type { TuneJob } from "../../src/runs/tune-job.ts";
import type { RunView } from "../../src/runs/view.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import { openReadOnly } from "../../src/store/database.ts";
import { listRuns } from "../../src/store/queries.ts";
import { temporaryFolder } from "../cli/longhaul.ts";

// Built: a worker process runs JavaScript.
const { runModels } = (await import(
  new URL("../../dist/runs/run.js", import.meta.url).href
)) as typeof import("../../src/runs/run.ts");

const { startChild, tell } = (await import(
  new URL("../../dist/runs/supervise.js", import.meta.url).href
)) as typeof import("../../src/runs/supervise.ts");

const folder = temporaryFolder();
const model = join(import.meta.dirname, "../../models/longhaul-ref-early.gguf");

/** A run that is measured although it is short. */
function request(file: string): RunRequest {
  return {
    settings: { ...standardSettings, rollouts: 16, turns: 2, threads: 1, gpu: "off" },
    dbPath: join(folder, file),
    name: null,
    engine: { kind: "llama" },
    modelPaths: [model],
    instances: null,
    templateText: null,
    loraPath: null,
    origin: null,
    isWatched: false,
    retunedSince: "2000-01-01T00:00:00.000Z",
  };
}

/** Evaluates for minutes before anything is timed. */
const endlessJob: TuneJob = {
  options: {
    modelPath: model,
    chatTemplate: { text: plainTemplate, source: "plain" },
    gpu: "off",
    gpuLayers: 0,
    threads: 1,
    parallel: 1,
    contextLength: 200_192,
    kvTypeK: "f16",
    kvTypeV: "f16",
    flashAttention: "auto",
    batchSize: 512,
    loadMode: "auto",
    chat: chatOptionsOf(standardSettings),
    kvBytesPerToken: null,
  },
  plan: {
    counts: [1],
    depth: 200_000,
    conversationBytes: null,
    expected: { prefill: 1e12, decode: 1e12 },
    leastMs: 0,
  },
};

interface Interruptible {
  isInterrupted: boolean;
  interrupt: (() => void) | null;
  /** What an interrupt would have done when the plan was told. */
  atPlan: (() => void) | null;
}

/** @param onMeasuring called when the process that measures has been started */
function viewThat(onMeasuring: (state: Interruptible) => void): RunView {
  const nothing = (): void => undefined;
  const state: Interruptible = { interrupt: nothing, atPlan: nothing, isInterrupted: false };
  let isMeasuring = false;
  return {
    onPlan: () => {
      state.atPlan = state.interrupt;
    },
    onHash: nothing,
    onTune: () => {
      isMeasuring = true;
    },
    onTrialStart: () => {
      isMeasuring = false;
    },
    onProgress: nothing,
    onWatch: nothing,
    onTrialEnd: nothing,
    onInterruptible: (interrupt) => {
      state.interrupt = interrupt;
      if (isMeasuring && interrupt !== null) onMeasuring(state);
    },
    get isInterrupted() {
      return state.isInterrupted;
    },
  };
}

describe("measuring how many conversations at a time are fastest", () => {
  it("is done without where its process crashes: the run goes on, and says so", async () => {
    const asked = request("crash.db");
    let state: Interruptible | null = null;
    const kill = (now: Interruptible): void => {
      state = now;
      execFileSync("pkill", ["-SEGV", "-P", String(process.pid), "-f", "runs/worker"]);
    };
    expect(await runModels(asked, viewThat(kill))).toEqual([1]);
    // What was to be interrupted is over, and nothing else had begun.
    expect(state).toMatchObject({ atPlan: null });
    const database = openReadOnly(asked.dbPath);
    const [run] = listRuns(database);
    expect(run).toMatchObject({ status: "complete", parallel: 16 });
    expect(run?.warnings).toEqual([
      "how many conversations at a time are fastest could not be measured (the engine's process crashed (SIGSEGV)): 16, as without measuring",
    ]);
    expect(database.prepare("SELECT count(*) FROM tuned").pluck().get()).toBe(0);
    database.close();
  });

  it("ends the command where it is interrupted, and nothing is written", async () => {
    const asked = request("interrupted.db");
    const runIds = await runModels(
      asked,
      viewThat((state) => {
        state.isInterrupted = true;
        state.interrupt?.();
      }),
    );
    expect(runIds).toEqual([]);
    expect(existsSync(asked.dbPath)).toBe(false);
  });

  it("ends with the program that asked for it", async () => {
    const child = startChild();
    const ended = new Promise((done) => child.process.on("exit", (code) => done(code)));
    const begun = new Promise<void>((done) => {
      child.process.on("message", (message: FromWorker) => {
        if (message.type === "alive" && message.beat.work > 0) done();
      });
    });
    tell(child.process, { type: "tune", tuneJob: endlessJob });
    await begun;
    child.process.disconnect();
    const waited = new Promise((done) => setTimeout(() => done("goes on"), 20_000).unref());
    const outcome = await Promise.race([ended, waited]);
    child.process.kill("SIGKILL");
    expect(outcome).toBe(0);
  });
});
