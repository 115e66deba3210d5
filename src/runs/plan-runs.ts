import { EngineError, messageOf } from "../errors.ts";
import { fileNameOf } from "../file-name.ts";
import type { ModelFile } from "../gguf/files.ts";
import { type Forecast, Forecaster } from "./forecaster.ts";
import { requestedFiles } from "./prepare-models.ts";
import type { RunRequest } from "./request.ts";
import { scriptedTrial } from "./scripted-trial.ts";
import { plannedModel } from "./view.ts";

/**
 * What a request would run, and how long and with how much memory; nothing is written. A model that cannot be run is there
 * with the reason.
 *
 * @throws UsageError as the run would
 */
export async function planRuns(request: RunRequest): Promise<Forecast[]> {
  const { engine, dbPath } = request;
  if (engine.kind === "scripted") return [{ ...scriptedTrial(request, engine.spec).plan, forecastMs: null }];
  const files = await requestedFiles(request);
  const forecaster = new Forecaster(dbPath);
  const planned: Forecast[] = [];
  try {
    for (const file of files) planned.push(await forecastOf(forecaster, file, request));
  } finally {
    forecaster.close();
  }
  return planned;
}

async function forecastOf(forecaster: Forecaster, file: ModelFile, request: RunRequest): Promise<Forecast> {
  const { path } = file;
  try {
    return await forecaster.forecast(file, { ...request, modelPaths: [path] });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { ...plannedModel({ name: fileNameOf(path), error: messageOf(error) }), forecastMs: null };
  }
}
