import { nowMs } from "../clock.ts";
import { kvBytesPerToken, type CheckedModel } from "../gguf/check.ts";
import { findModels } from "../gguf/files.ts";
import { hashModel } from "../gguf/hash.ts";
import { parseScript } from "../engine/scripted/script.ts";
import { beginRun, endRun, Recorder, recordMachine, recordModel } from "../store/append.ts";
import { type Database, openDatabase } from "../store/database.ts";
import type { ModelRow, NewRun } from "../store/rows.ts";
import { tasks } from "../tasks/index.ts";
import { givenOrDrawn, hashInstances } from "../tasks/instance.ts";
import { currentParser } from "../tasks/parsers.ts";
import { hashPrompt } from "../tasks/prompt.ts";
import { recordDataset } from "./given-dataset.ts";
import type { Inspection } from "./inspect.ts";
import { describeMachine } from "./machine.ts";
import { type Candidate, type PreparedModel, prepareModel, type RefusedModel } from "./prepare.ts";
import type { RunRequest } from "./request.ts";
import { runSettings } from "./run-settings.ts";
import { runTrial, type TrialHooks } from "./run-trial.ts";
import { packageVersion, referenceModels } from "./shipped.ts";
import { superviseTrial } from "./supervise.ts";
import type { Trial, TrialEnd, TrialProgress, WatchEvent } from "./trial.ts";

/** What the terminal shows of a run. Every method is told in order; none may throw. */
export interface RunView {
  /** Before anything is loaded: what will run, with which context and memory. */
  onPlan(plan: readonly PlannedModel[]): void;
  onHash(name: string, doneBytes: number, totalBytes: number): void;
  onTrialStart(name: string, runId: number): void;
  onProgress(progress: TrialProgress): void;
  onWatch(event: WatchEvent): void;
  onTrialEnd(name: string, runId: number, end: TrialEnd): void;
  /** Registers what an interrupt does now; replaced with every trial. */
  onInterruptible(interrupt: () => void): void;
  readonly isInterrupted: boolean;
}

export interface PlannedModel {
  readonly name: string;
  readonly contextLength: number | null;
  readonly parallel: number;
  readonly memoryBytes: number | null;
  readonly warnings: readonly string[];
  /** Why this model cannot be run at all, or null. */
  readonly error: string | null;
}

/**
 * Measures every model asked for, one after the other, and records each as a run. A model that fails is a row that
 * says so, and the others go on.
 *
 * @returns the ids of the runs, in order
 * @throws UsageError before anything is loaded when what was asked cannot work
 */
export async function runModels(request: RunRequest, view: RunView): Promise<number[]> {
  const session = new RunSession(request, view);
  try {
    return request.engine.kind === "scripted"
      ? await session.runScripted(request.engine.spec)
      : await session.runLlama();
  } finally {
    session.close();
  }
}

class RunSession {
  readonly #request: RunRequest;
  readonly #view: RunView;
  readonly #versions: Readonly<Record<string, string>>;
  #open: Database | null = null;

  constructor(request: RunRequest, view: RunView) {
    this.#request = request;
    this.#view = view;
    this.#versions = {
      longhaul: packageVersion(),
      node: process.version,
      parser: String(currentParser.version),
    };
  }

  close(): void {
    this.#open?.close();
  }

  async runScripted(spec: string): Promise<number[]> {
    const script = parseScript(spec, this.#request.seed);
    const parallel = this.#request.parallel === "auto" ? 256 : this.#request.parallel;
    const name = this.#request.name ?? `scripted:${spec}`;
    this.#view.onPlan([
      { name, contextLength: null, parallel, memoryBytes: null, warnings: [], error: null },
    ]);
    const runId = beginRun(this.#database, await this.#newRun(name, null));
    const recorder = new Recorder(this.#database, runId);
    recordDataset(recorder, this.#request);
    const trial = this.#trial(runId, { kind: "scripted", script, parallel }, null);
    this.#view.onTrialStart(name, runId);
    const end = await runTrial(trial, recorder, this.#hooks());
    this.#view.onTrialEnd(name, runId, end);
    return [runId];
  }

  async runLlama(): Promise<number[]> {
    const paths = this.#request.modelPaths.length > 0 ? this.#request.modelPaths : [referenceModels()];
    const files = await findModels([...paths]);
    const candidates: Candidate[] = [];
    for (const file of files) candidates.push(await prepareModel(file, this.#request));
    this.#view.onPlan(candidates.map((candidate) => planned(candidate)));
    const runIds: number[] = [];
    for (const candidate of candidates) {
      if (this.#view.isInterrupted) break;
      runIds.push(
        "error" in candidate ? await this.#recordRefused(candidate) : await this.#runOne(candidate),
      );
    }
    return runIds;
  }

  /** The file is opened only when it is certain that there is something to write. */
  get #database(): Database {
    this.#open ??= openDatabase(this.#request.dbPath);
    return this.#open;
  }

  async #recordRefused({ name, error }: RefusedModel): Promise<number> {
    const runId = beginRun(this.#database, await this.#newRun(name, null));
    this.#view.onTrialStart(name, runId);
    endRun(this.#database, runId, { status: "failed", error, wallMs: 0, peakRssBytes: null }, "engine_error");
    this.#view.onTrialEnd(name, runId, { status: "failed", error, broken: null });
    return runId;
  }

  async #runOne({ name, model, fit, template, inspection }: PreparedModel): Promise<number> {
    const sha256 = await hashModel(model.parts, {
      onProgress: (doneBytes: number) => this.#view.onHash(name, doneBytes, model.bytes),
    });
    const modelId = recordModel(this.#database, toModelRow(model, sha256));
    const runId = beginRun(this.#database, await this.#newRun(name, modelId));
    const facts = new Recorder(this.#database, runId);
    for (const message of fit.warnings) facts.event("warning", { message });
    // A model's own template is in its file; a given one would be lost.
    if (template.source === "file") facts.event("chat-template", { text: template.text });
    recordDataset(facts, this.#request);
    facts.flush();
    const { gpu, gpuLayers, threads, kvTypeK, kvTypeV, flashAttention, protocol } = this.#request;
    const trial = this.#trial(
      runId,
      {
        kind: "llama",
        options: {
          modelPath: model.path,
          chatTemplate: template,
          gpu,
          gpuLayers,
          threads,
          parallel: fit.parallel,
          contextLength: fit.contextLength,
          kvTypeK,
          kvTypeV,
          flashAttention,
          thinking: protocol.thinking === "on",
          kvBytesPerToken: kvBytesPerToken(model, kvTypeK, kvTypeV),
        },
      },
      inspection,
    );
    this.#view.onTrialStart(name, runId);
    const startMs = nowMs();
    const result = await superviseTrial(trial, this.#hooks());
    const end = "end" in result ? result.end : { ...result.crash, broken: null };
    if ("crash" in result) {
      const { status, error, rollouts } = result.crash;
      endRun(
        this.#database,
        runId,
        { status, error, wallMs: nowMs() - startMs, peakRssBytes: null },
        rollouts,
      );
    }
    this.#view.onTrialEnd(name, runId, end);
    return runId;
  }

  #hooks(): TrialHooks {
    return {
      onProgress: (progress) => this.#view.onProgress(progress),
      onWatch: (event) => this.#view.onWatch(event),
      onInterruptible: (interrupt) => this.#view.onInterruptible(interrupt),
    };
  }

  #trial(runId: number, engine: Trial["engine"], inspection: Inspection | null): Trial {
    const { dbPath, seed, task, settings, rollouts, maxAnswerTokens, stop, protocol } = this.#request;
    const { temperature, topP, topK, minP } = this.#request;
    const sampling = { temperature, topP, topK, minP };
    const expected =
      inspection === null
        ? null
        : {
            prefillTokens: rollouts * (inspection.truthfulTokens - maxAnswerTokens - inspection.answerTokens),
            decodeTokens: rollouts * inspection.answerTokens,
          };
    return {
      dbPath,
      runId,
      seed,
      task,
      settings,
      rollouts,
      instances: this.#request.dataset?.instances ?? null,
      sampling,
      maxAnswerTokens,
      stop,
      protocol,
      isWatched: this.#request.isWatched,
      engine,
      expected,
    };
  }

  async #newRun(name: string, modelId: number | null): Promise<NewRun> {
    const { settings, seed, rollouts, engine, dataset, origin } = this.#request;
    const task = tasks[this.#request.task];
    return {
      name,
      engine: engine.kind,
      engineSpec: engine.kind === "scripted" ? engine.spec : null,
      seed,
      settings: runSettings(this.#request),
      promptHash: hashPrompt(task, settings),
      instanceHash: hashInstances(
        Array.from({ length: rollouts }, (_, rollout) =>
          givenOrDrawn(dataset?.instances ?? null, task, settings, seed, rollout),
        ),
      ),
      versions: this.#versions,
      machineId: recordMachine(this.#database, await describeMachine()),
      modelId,
      suite: origin?.suite ?? null,
      experiment: origin?.experiment ?? null,
      arm: origin?.arm ?? null,
      trial: origin?.trial ?? null,
    };
  }
}

function planned(candidate: Candidate): PlannedModel {
  if ("error" in candidate) {
    return {
      name: candidate.name,
      contextLength: null,
      parallel: 0,
      memoryBytes: null,
      warnings: [],
      error: candidate.error,
    };
  }
  const { contextLength, parallel, memoryBytes, warnings } = candidate.fit;
  return { name: candidate.name, contextLength, parallel, memoryBytes, warnings, error: null };
}

function toModelRow(model: CheckedModel, sha256: string): ModelRow {
  const { name, path, bytes, architecture, parameters, quantization, trainContextLength, metadata } = model;
  return { name, path, sha256, bytes, architecture, parameters, quantization, trainContextLength, metadata };
}
