import type { Forecast } from "./forecast-of.ts";
import { Forecaster } from "./forecaster.ts";
import type { Candidate } from "./prepare.ts";
import { requestedFiles } from "./prepare-models.ts";
import type { RunRequest } from "./request.ts";
import { scriptedTrial } from "./scripted-trial.ts";
import { chooseConversations } from "./tune-models.ts";
import { plannedServed } from "./run-served.ts";
import { servedModels } from "./served-model.ts";
import { plannedModel, silentView } from "./view.ts";

/**
 * What a request would run, and how long and with how much memory; nothing is written. A model that cannot be run is there
 * with the reason.
 *
 * @throws UsageError as the run would
 */
export async function planRuns(request: RunRequest): Promise<Forecast[]> {
  const { engine, dbPath } = request;
  if (engine.kind === "scripted") return [{ ...scriptedTrial(request, engine.spec).plan, forecastMs: null }];
  if (engine.kind === "server") {
    const models = await servedModels({ ...request, engine }, silentView);
    return models.map((model) => ({ ...plannedServed(model), forecastMs: null }));
  }
  const files = await requestedFiles(request);
  const forecaster = new Forecaster(dbPath);
  const planned: Forecast[] = [];
  try {
    const prepared: Candidate[] = [];
    for (const file of files) prepared.push(await forecaster.prepare(file, request));
    const fitted = await chooseConversations(request, prepared, null);
    for (const [index, candidate] of fitted.entries())
      planned.push(
        "error" in candidate
          ? { ...plannedModel(candidate), forecastMs: null }
          : await forecaster.forecastOf(candidate, { ...request, files: files.slice(index, index + 1) }),
      );
  } finally {
    forecaster.close();
  }
  return planned;
}
