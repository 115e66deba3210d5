import type { Database } from "../store/database.ts";
import { openDatabase } from "../store/database.ts";
import { EngineError, messageOf, UsageError } from "../errors.ts";
import { firstTurnTally, suiteRuns, type SuiteRun } from "../store/suite-runs.ts";
import type { HistorySpec } from "../rollout/history/spec.ts";
import type { Condition, RunRequest } from "../runs/request.ts";
import { runModels, type RunView } from "../runs/run.ts";
import { runSettings } from "../runs/run-settings.ts";
import type { ArmResult } from "../experiments/experiment.ts";
import {
  isScripted,
  nextTrial,
  plannedTrials,
  type SuiteModel,
  type SuitePart,
  type SuiteTrial,
} from "./plan.ts";

export interface SuiteRequest {
  readonly dbPath: string;
  readonly suite: string;
  readonly parts: readonly SuitePart[];
  readonly models: readonly SuiteModel[];
  /** Whether trials that the file holds complete are skipped. */
  readonly isResumed: boolean;
}

/** What the terminal shows of a suite, besides what it shows of each run. */
export interface SuiteView {
  readonly run: RunView;
  /** Before each trial. `total` counts what is known so far: adaptive experiments add to it. */
  onTrial(trial: SuiteTrial, number: number, total: number): void;
  onSkipped(trial: SuiteTrial, reason: string): void;
  onFailed(trial: SuiteTrial, message: string): void;
}

export interface SuiteResult {
  readonly runIds: readonly number[];
  readonly skipped: number;
  readonly leftOut: number;
  readonly failed: number;
}

/**
 * Carries out a suite, trial after trial; all models take each arm in turn. A trial that fails is a row, and the suite
 * goes on.
 */
export async function runSuite(request: SuiteRequest, view: SuiteView): Promise<SuiteResult> {
  const session = new SuiteSession(request, view);
  for (const part of request.parts) {
    if (view.run.isInterrupted) break;
    await session.carryOut(part);
  }
  return session.result;
}

class SuiteSession {
  readonly #request: SuiteRequest;
  readonly #view: SuiteView;
  readonly #known: number;
  #number = 0;
  result: SuiteResult = { runIds: [], skipped: 0, leftOut: 0, failed: 0 };

  constructor(request: SuiteRequest, view: SuiteView) {
    this.#request = request;
    this.#view = view;
    this.#known = request.parts.flatMap((part) => plannedTrials(part, request.models)).length;
  }

  async carryOut(part: SuitePart): Promise<void> {
    for (const trial of plannedTrials(part, this.#request.models)) {
      if (this.#view.run.isInterrupted) return;
      await this.#try(trial);
    }
    if (part.kind.next !== undefined) await this.#search(part);
  }

  /** Adaptive parts: a step for every model, then the next step. */
  async #search(part: SuitePart): Promise<void> {
    const done = new Map<SuiteModel, ArmResult[]>(this.#request.models.map((model) => [model, []]));
    let open: readonly SuiteModel[] = this.#request.models;
    while (open.length > 0) {
      const going: SuiteModel[] = [];
      for (const model of open) {
        if (this.#view.run.isInterrupted) return;
        const results = done.get(model) ?? [];
        const trial = nextTrial(part, model, results);
        if (trial === null) continue;
        const found = await this.#try(trial);
        // Without a result the search cannot go on, but other modes of the model can.
        results.push(found ?? noResult(trial));
        going.push(model);
      }
      open = going;
    }
  }

  /** @returns what it found; null where it was left out or failed */
  async #try(trial: SuiteTrial): Promise<ArmResult | null> {
    this.#number++;
    if (trial.arm.leftOut !== null) {
      this.#view.onSkipped(trial, trial.arm.leftOut);
      this.result = { ...this.result, leftOut: this.result.leftOut + 1 };
      return null;
    }
    try {
      return await this.#play(trial);
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof EngineError)) throw error;
      this.#view.onFailed(trial, messageOf(error));
      this.result = { ...this.result, failed: this.result.failed + 1 };
      return null;
    }
  }

  async #play(trial: SuiteTrial): Promise<ArmResult | null> {
    const { dbPath, isResumed } = this.#request;
    const request = this.#runRequest(trial);
    const before = isResumed ? this.#finished(trial, request) : null;
    if (before !== null) {
      this.#view.onSkipped(trial, `finished before, run ${before.id}`);
      this.result = { ...this.result, skipped: this.result.skipped + 1 };
      return this.#resultOf(trial, before.id);
    }
    this.#view.onTrial(trial, this.#number, Math.max(this.#known, this.#number));
    const [runId] = await runModels(request, this.#view.run);
    if (runId === undefined) return null;
    this.result = { ...this.result, runIds: [...this.result.runIds, runId] };
    const status = withDatabase(
      dbPath,
      (database) => suiteRuns(database).find(({ id }) => id === runId)?.status,
    );
    if (status === "failed") this.result = { ...this.result, failed: this.result.failed + 1 };
    return status === "complete" ? this.#resultOf(trial, runId) : null;
  }

  #resultOf({ arm }: SuiteTrial, runId: number): ArmResult {
    const tally = withDatabase(this.#request.dbPath, (database) => firstTurnTally(database, runId));
    return { arm: arm.name, keysPerTurn: arm.condition.settings.keysPerTurn, ...tally };
  }

  /** The newest complete run of the very same trial. */
  #finished(trial: SuiteTrial, request: RunRequest): SuiteRun | null {
    const settings = JSON.stringify(runSettings(request));
    return this.#find(
      (run) =>
        run.status === "complete" &&
        run.experiment === trial.part.experiment &&
        run.arm === trial.label &&
        run.settings === settings &&
        run.seed === request.seed &&
        isOf(run, trial.model),
    );
  }

  #find(matches: (run: SuiteRun) => boolean): SuiteRun | null {
    return withDatabase(
      this.#request.dbPath,
      (database) =>
        suiteRuns(database)
          .filter((run) => run.suite === this.#request.suite)
          .findLast(matches) ?? null,
    );
  }

  #runRequest(trial: SuiteTrial): RunRequest {
    const { model, arm, part, label } = trial;
    const { source } = model;
    return {
      ...this.#withReplay(arm.condition, trial),
      dbPath: this.#request.dbPath,
      name: null,
      engine: isScripted(source)
        ? { kind: "scripted", spec: source.slice("scripted:".length) }
        : { kind: "llama" },
      modelPaths: isScripted(source) ? [] : [source],
      dataset: null,
      chatTemplate: null,
      isWatched: false,
      ...(arm.asked === undefined ? {} : { asked: arm.asked }),
      origin: { suite: this.#request.suite, experiment: part.experiment, arm: label, trial: this.#number },
    };
  }

  /** A history that replays the model's own errors names the run in which it made them. */
  #withReplay(condition: Condition, { model, arm, part }: SuiteTrial): Condition {
    const { replays } = arm;
    const { history } = condition.protocol;
    if (replays === undefined || history.kind !== "injected") return condition;
    const source = this.#find(
      (run) =>
        run.experiment === part.experiment &&
        run.arm !== null &&
        (run.arm === replays || run.arm.startsWith(`${replays}, `)) &&
        run.status === "complete" &&
        isOf(run, model),
    );
    if (source === null)
      throw new UsageError(`${part.experiment}, ${arm.name}: the run whose errors it replays is not there.`);
    const replayed: HistorySpec = { ...history, run: source.id };
    return { ...condition, protocol: { ...condition.protocol, history: replayed } };
  }
}

function isOf(run: SuiteRun, model: SuiteModel): boolean {
  return isScripted(model.source)
    ? `scripted:${run.engineSpec}` === model.source || (run.engineSpec === "" && model.source === "scripted")
    : run.modelPath === model.source;
}

function noResult({ arm }: SuiteTrial): ArmResult {
  return { arm: arm.name, keysPerTurn: arm.condition.settings.keysPerTurn, n: 0, correct: 0 };
}

function withDatabase<Result>(path: string, act: (database: Database) => Result): Result {
  const database = openDatabase(path);
  try {
    return act(database);
  } finally {
    database.close();
  }
}
