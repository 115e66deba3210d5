import type { Database } from "../store/database.ts";
import { recordBeginning } from "./begin-run.ts";
import { namedReplay } from "./before-run.ts";
import { fileForecastBytes } from "./file-forecast.ts";
import { answersOf } from "./forecast.ts";
import { recordRefused } from "./record-refused.ts";
import type { RefusedModel } from "./refused-model.ts";
import { runTrial } from "./run-trial.ts";
import type { ServedRequest } from "./request.ts";
import type { ServedModel } from "./served-model.ts";
import type { Trial } from "./trial.ts";
import { type PlannedModel, plannedModel, type RunView } from "./view.ts";

/**
 * Measures a model behind a server, or records why it cannot be. The server does the work, so that it needs no process of
 * its own.
 *
 * @returns the id of its run
 */
export async function runServed(
  database: Database,
  asked: ServedRequest,
  model: ServedModel | RefusedModel,
  view: RunView,
): Promise<number> {
  if ("error" in model) return recordRefused(database, asked, model, view);
  const { name, facts, file, templateText, limit, warnings } = model;
  const settings = namedReplay(database, asked.settings);
  const { runId, recorder } = await recordBeginning(
    database,
    { ...asked, settings },
    {
      name,
      model: file,
      template: templateText,
      answerLimit: limit.tokens,
      warnings,
      server: facts,
    },
  );
  view.onTrialStart(name, runId, { settings, model: file?.checked ?? null });
  const trial = { ...servedTrial(asked, model), settings: namedReplay(database, model.settings), runId };
  const end = await runTrial(trial, recorder, view).finally(recorder.keep());
  view.onTrialEnd(name, runId, end);
  return runId;
}

/** The trial of a model behind a server, whose run has no number yet. */
export function servedTrial(
  { dbPath, instances, isWatched }: Pick<ServedRequest, "dbPath" | "instances" | "isWatched">,
  { settings, limit, options }: ServedModel,
): Omit<Trial, "runId"> {
  return {
    dbPath,
    settings,
    answerLimit: limit.tokens,
    instances,
    isWatched,
    engine: { kind: "server", options },
    expected: null,
  };
}

/** A model as a plan shows it. */
export function plannedServed(model: ServedModel | RefusedModel): PlannedModel {
  if ("error" in model) return plannedModel(model);
  const { name, facts, settings, limit, options, warnings } = model;
  const answers = answersOf(settings);
  return {
    name,
    contextLength: facts.contextLength,
    parallel: options.parallel,
    memoryBytes: null,
    memory: null,
    layers: null,
    answerLimit: limit.tokens,
    fileBytes: fileForecastBytes(answers, answers * limit.tokens, options.parallel),
    warnings,
    parallelBecause: null,
    error: null,
  };
}
