import { findModels } from "../gguf/files.ts";
import { EngineError, messageOf } from "../errors.ts";
import { durationRange } from "../report/sentences/plan.ts";
import { bytesText, unknown } from "../report/words/numbers.ts";
import { renderTable } from "../report/words/table.ts";
import { Forecaster } from "../runs/forecaster.ts";
import type { RunRequest } from "../runs/request.ts";
import { scriptedTrial } from "../runs/scripted-trial.ts";
import { referenceModels } from "../runs/shipped.ts";
import { plannedModel, type PlannedModel } from "../runs/view.ts";
import { printed, settingNames } from "../settings/settings.ts";
import { visible } from "../visible-text.ts";
import { fileNameOf } from "../file-name.ts";

/** A model that would be measured, with the time that it would take; null: not known. */
interface PlannedRun extends PlannedModel {
  readonly forecastMs: number | null;
}

/**
 * What `run --dry-run` prints: every setting, and of each model what `auto` comes to, how long it takes and how much
 * memory. Nothing is written.
 *
 * @returns the text, and whether every model could be run
 * @throws UsageError as the run would
 */
export async function planRun(
  request: RunRequest,
  isJson: boolean,
): Promise<{ readonly text: string; readonly canRun: boolean }> {
  const models = await plannedRuns(request);
  const { settings } = request;
  const canRun = models.every(({ error }) => error === null);
  if (isJson) return { text: JSON.stringify({ schemaVersion: 1, settings, models }, null, 2), canRun };
  const rows = settingNames.map((name) => [name, visible(printed(name, settings[name]))]);
  const asked = renderTable([{ title: "setting" }, { title: "value" }], rows);
  const failures = models.flatMap(({ name, error }) => (error === null ? [] : [`${name}: ${error}`]));
  const warnings = models.flatMap(({ name, warnings: own }) => own.map((one) => `${name}: warning: ${one}`));
  const lines = [...failures, ...warnings].map(visible).join("\n");
  return { text: [asked, modelTable(models), ...(lines === "" ? [] : [lines])].join("\n\n"), canRun };
}

async function plannedRuns(request: RunRequest): Promise<PlannedRun[]> {
  const { engine, modelPaths, dbPath } = request;
  if (engine.kind === "scripted") return [{ ...scriptedTrial(request, engine.spec).plan, forecastMs: null }];
  const files = await findModels(modelPaths.length > 0 ? [...modelPaths] : [referenceModels()]);
  const forecaster = new Forecaster(dbPath);
  const planned: PlannedRun[] = [];
  try {
    for (const { path } of files)
      planned.push(await forecastOf(forecaster, { ...request, modelPaths: [path] }));
  } finally {
    forecaster.close();
  }
  return planned;
}

async function forecastOf(forecaster: Forecaster, request: RunRequest): Promise<PlannedRun> {
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

function modelTable(models: readonly PlannedRun[]): string {
  const number = (value: number | null): string => (value === null ? unknown : String(value));
  return renderTable(
    [
      { title: "model" },
      { title: "conversations", align: "right" },
      { title: "context", align: "right" },
      { title: "answer limit", align: "right" },
      { title: "about", align: "right" },
      { title: "memory", align: "right" },
    ],
    models.map(({ name, parallel, contextLength, answerLimit, forecastMs, memoryBytes, error }) => [
      visible(name),
      error === null ? String(parallel) : "cannot run",
      number(contextLength),
      number(answerLimit),
      forecastMs === null ? unknown : durationRange(forecastMs, forecastMs),
      memoryBytes === null ? unknown : bytesText(memoryBytes),
    ]),
  );
}
