import { type Database, openDatabase } from "../store/database.ts";
import { recordBeginning } from "./begin-run.ts";
import { fittedModels, type ModelsTogether } from "./fitted-models.ts";
import { runCandidate } from "./run-candidate.ts";
import { assertRoomForPlan, hasRoom, namedReplay, refuseEmptyReplay } from "./before-run.ts";
import type { RunRequest, ServedRequest } from "./request.ts";
import { plannedServed, runServed } from "./run-served.ts";
import { servedModels } from "./served-model.ts";
import { runTrial } from "./run-trial.ts";
import { scriptedTrial } from "./scripted-trial.ts";
import { plannedModel, type RunView } from "./view.ts";

/**
 * Measures every model asked for, one after the other, and records each as a run. A model that fails is a row that
 * says so, and the others go on.
 *
 * @param together the models that are to play with the same number of conversations; absent: those of the request
 * @returns the ids of the runs, in order; none where an interrupt came before the first
 * @throws UsageError before anything is loaded when what was asked cannot work
 */
export async function runModels(
  request: RunRequest,
  view: RunView,
  together?: ModelsTogether,
): Promise<number[]> {
  const session = new RunSession(request, view, together);
  try {
    const { engine } = request;
    if (engine.kind === "scripted") return await session.runScripted(engine.spec);
    if (engine.kind === "server") return await session.runServed({ ...request, engine });
    return await session.runLlama();
  } finally {
    session.close();
  }
}

class RunSession {
  readonly #request: RunRequest;
  readonly #view: RunView;
  readonly #together: ModelsTogether | undefined;
  #open: Database | null = null;

  constructor(request: RunRequest, view: RunView, together: ModelsTogether | undefined) {
    this.#request = request;
    this.#view = view;
    this.#together = together;
  }

  close(): void {
    this.#open?.close();
  }

  async runScripted(spec: string): Promise<number[]> {
    const { plan, trial } = scriptedTrial(this.#request, spec);
    this.#view.onPlan([plan]);
    assertRoomForPlan(this.#request.dbPath, [plan]);
    const request = { ...this.#request, settings: namedReplay(this.#database, this.#request.settings) };
    const { settings } = request;
    const { runId, recorder } = await recordBeginning(this.#database, request, {
      ...plan,
      model: null,
      template: null,
    });
    this.#view.onTrialStart(plan.name, runId, { settings, model: null });
    const end = await runTrial({ ...trial, settings, runId }, recorder, this.#view).finally(recorder.keep());
    this.#view.onTrialEnd(plan.name, runId, end);
    return [runId];
  }

  async runLlama(): Promise<number[]> {
    const candidates = await fittedModels(this.#request, this.#view, this.#together);
    if (candidates === null) return [];
    const plan = candidates.map(plannedModel);
    this.#view.onPlan(plan);
    assertRoomForPlan(this.#request.dbPath, plan);
    if (!candidates.every((one) => "error" in one)) refuseEmptyReplay(this.#database, this.#request.settings);
    const runIds: number[] = [];
    for (const candidate of candidates) {
      if (this.#view.isInterrupted || !hasRoom(this.#request.dbPath)) break;
      runIds.push(...(await runCandidate(this.#database, this.#request, candidate, this.#view)));
    }
    return runIds;
  }

  async runServed(request: ServedRequest): Promise<number[]> {
    const models = await servedModels(request, this.#view);
    const plan = models.map(plannedServed);
    this.#view.onPlan(plan);
    assertRoomForPlan(request.dbPath, plan);
    if (!models.every((one) => "error" in one)) refuseEmptyReplay(this.#database, request.settings);
    const runIds: number[] = [];
    for (const model of models) {
      if (this.#view.isInterrupted || !hasRoom(request.dbPath)) break;
      runIds.push(await runServed(this.#database, request, model, this.#view));
    }
    return runIds;
  }

  /** The file is opened only when it is certain that there is something to write. */
  get #database(): Database {
    this.#open ??= openDatabase(this.#request.dbPath);
    return this.#open;
  }
}
