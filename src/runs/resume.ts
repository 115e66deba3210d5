import { type Database, openDatabase } from "../store/database.ts";
import { Recorder } from "../store/recorder.ts";
import type { RunRecord } from "../store/rows.ts";
import { askedBefore } from "./asked-before.ts";
import { GoingOn } from "./going-on.ts";
import { playAgain } from "./play-again.ts";
import { runTrial } from "./run-trial.ts";
import { type ResumeRequest, takeRunOver } from "./take-over.ts";
import { trialAgain } from "./trial-again.ts";
import type { Trial, TrialEnd } from "./trial.ts";
import type { RunView } from "./view.ts";

export type { ResumeRequest };

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
    const run = this.#run;
    const end = await this.#end();
    this.#view.onTrialEnd(run.name, run.id, end);
    return end;
  }

  async #end(): Promise<TrialEnd> {
    const run = this.#run;
    const asked = askedBefore(this.#database, run, this.#request.dbPath);
    const { engine } = asked;
    if (engine.kind === "llama") return playAgain(this.#database, { run, asked }, this.#request, this.#view);
    const onHash = (done: number, total: number): void => this.#view.onHash(run.name, done, total);
    const again = await trialAgain(run, { ...asked, engine }, onHash);
    const goesOn = await takeRunOver(this.#database, run, again.found, this.#request);
    const whole: Trial = { ...again.trial, runId: run.id, goesOn };
    const recorder = new Recorder(this.#database, run.id, goesOn.session);
    const goingOn = new GoingOn(this.#database, run.id, goesOn);
    this.#view.onTrialStart(run.name, run.id, { settings: asked.settings, model: again.model });
    return runTrial(whole, recorder, this.#view, goingOn).finally(recorder.keep());
  }
}
