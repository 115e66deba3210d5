import { UsageError } from "../errors.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { Recorder } from "../store/recorder.ts";
import { disturbedTurns } from "../store/remeasured.ts";
import type { RunRecord } from "../store/rows.ts";
import { askedBefore } from "./asked-before.ts";
import { carryOut } from "./llama-trial.ts";
import { resumedModel } from "./resumed-model.ts";
import { type ResumeRequest, takeRunOver } from "./take-over.ts";
import type { Trial, TrialEnd } from "./trial.ts";
import type { RunView } from "./view.ts";

/**
 * Plays those turns of a run again that something disturbed while they were timed, for their times alone.
 *
 * @returns null: there is none that was not measured again
 * @throws UsageError | EngineError where it cannot be played as it was
 */
export async function remeasureRun(
  run: RunRecord,
  { dbPath, modelPath }: Pick<ResumeRequest, "dbPath" | "modelPath">,
  view: RunView,
): Promise<TrialEnd | null> {
  const database = openDatabase(dbPath);
  try {
    if (disturbedTurns(database, run.id).turns.length === 0) return null;
    if (run.engine !== "llama")
      throw new UsageError(
        `remeasure ${run.id}: this run is simulated, and its times are made up. Name a run of a model file.`,
      );
    return await measureAgain(database, run, { dbPath, modelPath }, view);
  } finally {
    database.close();
  }
}

async function measureAgain(
  database: Database,
  run: RunRecord,
  { dbPath, modelPath }: Pick<ResumeRequest, "dbPath" | "modelPath">,
  view: RunView,
): Promise<TrialEnd> {
  const asked = askedBefore(database, run, dbPath);
  const onHash = (done: number, total: number): void => view.onHash(run.name, done, total);
  const { model, found, ...loaded } = await resumedModel(database, run, asked, modelPath, onHash);
  const goesOn = await takeRunOver(database, run, found, {
    dbPath,
    modelPath,
    rebuilt: "times",
    isForced: false,
  });
  const { settings, answerLimit, options } = loaded;
  const trial: Trial = {
    dbPath,
    runId: run.id,
    settings,
    answerLimit,
    instances: asked.instances,
    isWatched: false,
    engine: { kind: "llama", options },
    expected: null,
    goesOn,
  };
  view.onTrialStart(run.name, run.id, { settings, model });
  const circumstances = { usesGpu: options.gpu !== "off", modelBytes: model.bytes };
  const kept = new Recorder(database, run.id, goesOn.session).keep();
  const end = await carryOut(database, trial, view, circumstances).finally(kept);
  // Whatever ended it, the run stands as it did.
  const whole = { ...end, isGivenBack: true };
  view.onTrialEnd(run.name, run.id, whole);
  return whole;
}
