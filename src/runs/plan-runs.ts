import { EngineError, messageOf } from "../errors.ts";
import { fileNameOf } from "../file-name.ts";
import { findModels } from "../gguf/files.ts";
import { type Forecast, Forecaster } from "./forecaster.ts";
import type { RunRequest } from "./request.ts";
import { scriptedTrial } from "./scripted-trial.ts";
import { referenceModels } from "./shipped.ts";
import { plannedModel } from "./view.ts";

/**
 * What a request would run, and how long and with how much memory; nothing is written. A model that cannot be run is there
 * with the reason.
 *
 * @throws UsageError as the run would
 */
export async function planRuns(request: RunRequest): Promise<Forecast[]> {
  const { engine, modelPaths, dbPath } = request;
  if (engine.kind === "scripted") return [{ ...scriptedTrial(request, engine.spec).plan, forecastMs: null }];
  const files = await findModels(modelPaths.length > 0 ? [...modelPaths] : [referenceModels()]);
  const forecaster = new Forecaster(dbPath);
  const planned: Forecast[] = [];
  try {
    for (const { path } of files)
      planned.push(await forecastOf(forecaster, { ...request, modelPaths: [path] }));
  } finally {
    forecaster.close();
  }
  return planned;
}

async function forecastOf(forecaster: Forecaster, request: RunRequest): Promise<Forecast> {
  try {
    return await forecaster.forecast(request);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const [path = ""] = request.modelPaths;
    return {
      ...plannedModel({ name: fileNameOf(path), error: messageOf(error) }),
      forecastMs: null,
    };
  }
}
