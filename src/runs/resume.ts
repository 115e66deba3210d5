import { EngineError, UsageError } from "../errors.ts";
import { describeMachine } from "../hardware/machine.ts";
import { promptHashOf } from "../settings/wording.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { recordMachine } from "../store/append.ts";
import { holderOf } from "../store/lease.ts";
import { machineOf } from "../store/queries.ts";
import { Recorder } from "../store/recorder.ts";
import type { RunRecord } from "../store/rows.ts";
import { type Difference, type SessionRow, takeOver } from "../store/sessions.ts";
import { tasks } from "../tasks/index.ts";
import { programVersions } from "./begin-run.ts";
import { differencesText, differing, programDifferences } from "./differences.ts";
import { givenInstances } from "./given-dataset.ts";
import { carryOut } from "./llama-trial.ts";
import type { RunRequest } from "./request.ts";
import { resumedModel } from "./resumed-model.ts";
import { runTrial } from "./run-trial.ts";
import { scriptedTrial } from "./scripted-trial.ts";
import type { Trial, TrialEnd } from "./trial.ts";
import type { RunView } from "./view.ts";

/** How a run is to go on. */
export interface ResumeRequest {
  readonly dbPath: string;
  readonly rebuilt: SessionRow["rebuilt"];
  /** Whether to go on whatever differs from before; the rows say so. */
  readonly isForced: boolean;
  /** Where its model's file is now; null: where it was. */
  readonly modelPath: string | null;
}

/**
 * Goes on with a run that stopped, at the turn where it stopped: what is in the file is put together again and not asked
 * again.
 *
 * @throws UsageError where it is no run that could go on, or something differs from before and nobody forced it
 */
export async function resumeRun(run: RunRecord, request: ResumeRequest, view: RunView): Promise<TrialEnd> {
  const database = openDatabase(request.dbPath);
  try {
    return await new Resumption(database, run, request, view).carryOut();
  } finally {
    database.close();
  }
}

class Resumption {
  readonly #database: Database;
  readonly #run: RunRecord;
  readonly #request: ResumeRequest;
  readonly #view: RunView;

  constructor(database: Database, run: RunRecord, request: ResumeRequest, view: RunView) {
    this.#database = database;
    this.#run = run;
    this.#request = request;
    this.#view = view;
  }

  async carryOut(): Promise<TrialEnd> {
    const asked = this.#asked();
    return this.#run.engine === "scripted" ? this.#scripted(asked) : this.#llama(asked);
  }

  async #scripted(asked: RunRequest): Promise<TrialEnd> {
    const run = this.#run;
    const { trial } = scriptedTrial(asked, run.engineSpec ?? "");
    const { parallel, answerLimit } = run;
    const goesOn = await this.#takeOver([]);
    const engine =
      trial.engine.kind === "scripted" && parallel !== null ? { ...trial.engine, parallel } : trial.engine;
    const whole: Trial = {
      ...trial,
      engine,
      answerLimit: answerLimit ?? trial.answerLimit,
      runId: run.id,
      goesOn,
    };
    const recorder = new Recorder(this.#database, run.id, goesOn.session);
    this.#view.onTrialStart(run.name, run.id, { settings: asked.settings, model: null });
    return this.#ended(await runTrial(whole, recorder, this.#view).finally(recorder.keep()));
  }

  async #llama(asked: RunRequest): Promise<TrialEnd> {
    const run = this.#run;
    const { modelPath } = this.#request;
    const onHash = (done: number, total: number): void => this.#view.onHash(run.name, done, total);
    const { model, sha256, settings, options, answerLimit } = await resumedModel(
      this.#database,
      run,
      asked,
      modelPath,
      onHash,
    );
    const goesOn = await this.#takeOver(differing([["the model's file", run.model?.sha256, sha256]]));
    const { dbPath, instances } = asked;
    const trial: Trial = {
      dbPath,
      runId: run.id,
      settings,
      answerLimit,
      instances,
      isWatched: false,
      engine: { kind: "llama", options },
      expected: null,
      goesOn,
    };
    this.#view.onTrialStart(run.name, run.id, { settings, model });
    const circumstances = { usesGpu: options.gpu !== "off", modelBytes: model.bytes };
    const kept = new Recorder(this.#database, run.id, goesOn.session).keep();
    return this.#ended(await carryOut(this.#database, trial, this.#view, circumstances).finally(kept));
  }

  #ended(end: TrialEnd): TrialEnd {
    this.#view.onTrialEnd(this.#run.name, this.#run.id, end);
    return end;
  }

  /** What was asked for when the run began. */
  #asked(): RunRequest {
    const { settings, engine, engineSpec } = this.#run;
    return {
      settings,
      dbPath: this.#request.dbPath,
      name: this.#run.name,
      engine: engine === "scripted" ? { kind: "scripted", spec: engineSpec ?? "" } : { kind: "llama" },
      modelPaths: [],
      instances: givenInstances(this.#database, this.#run, tasks[settings.task]),
      templateText: null,
      loraPath: null,
      origin: null,
      isWatched: false,
    };
  }

  /** @param found what differs of the model @throws UsageError */
  async #takeOver(found: readonly Difference[]): Promise<NonNullable<Trial["goesOn"]>> {
    const run = this.#run;
    const { rebuilt, isForced } = this.#request;
    const versions = programVersions();
    const refused = [
      ...found,
      ...differing([["wording of the task", run.promptHash, promptHashOf(run)]]),
      ...programDifferences(run, versions),
    ];
    if (refused.length > 0 && !isForced)
      throw new EngineError("changed", differencesText(refused));
    const machineId = recordMachine(this.#database, await describeMachine());
    const marked = machineDifferences(run, machineOf(this.#database, machineId));
    const differences = [...refused, ...marked];
    const session = takeOver(this.#database, run.id, { machineId, versions, rebuilt, differences });
    if (session === null)
      throw new UsageError(
        `run ${run.id} goes on in ${holderOf(this.#database, run.id)}, or has ended meanwhile.`,
      );
    return { session, rebuilt, isForced };
  }
}

function machineDifferences({ machine }: RunRecord, now: RunRecord["machine"]): Difference[] {
  return differing([
    ["processor", machine.cpuModel, now.cpuModel],
    ["architecture", machine.arch, now.arch],
    ["system", machine.os, now.os],
    ["graphics", machine.gpus, now.gpus],
  ]);
}
