import type { Database } from "../store/database.ts";
import { Recorder } from "../store/recorder.ts";
import type { RunRecord } from "../store/rows.ts";
import { carryOut } from "./llama-trial.ts";
import type { RunRequest } from "./request.ts";
import { resumedModel } from "./resumed-model.ts";
import { type ResumeRequest, takeRunOver } from "./take-over.ts";
import type { TrialEnd } from "./trial.ts";
import type { RunView } from "./view.ts";

/**
 * Takes over a run of a model file, and plays it with what it has in the file.
 *
 * @param asked what was asked for when it began
 *
 * @returns how that ended; the view is told by whoever knows what it means for the run
 * @throws UsageError | EngineError where it cannot be played as it was
 */
export async function playAgain(
  database: Database,
  { run, asked }: { readonly run: RunRecord; readonly asked: RunRequest },
  request: ResumeRequest,
  view: RunView,
): Promise<TrialEnd> {
  const onHash = (done: number, total: number): void => view.onHash(run.name, done, total);
  const { model, found, settings, options, answerLimit } = await resumedModel(
    database,
    run,
    asked,
    request.modelPath,
    onHash,
  );
  const goesOn = await takeRunOver(database, run, found, request);
  const { dbPath, instances } = asked;
  const trial = {
    dbPath,
    runId: run.id,
    settings,
    answerLimit,
    instances,
    isWatched: false,
    engine: { kind: "llama", options },
    expected: null,
    goesOn,
  } as const;
  view.onTrialStart(run.name, run.id, { settings, model });
  const circumstances = { usesGpu: options.gpu !== "off", modelBytes: model.bytes };
  const stopKeeping = new Recorder(database, run.id, goesOn.session).keep();
  return carryOut(database, trial, view, circumstances).finally(stopKeeping);
}
