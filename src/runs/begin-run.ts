import { type ServerFacts, servedSpec } from "../serving/facts.ts";
import type { CheckedModel } from "../gguf/check.ts";
import { beginRun, recordMachine, recordModel, recordText } from "../store/append.ts";
import { Recorder } from "../store/recorder.ts";
import type { Database } from "../store/database.ts";
import { tasks } from "../tasks/index.ts";
import { givenOrDrawn, hashInstances, instancesOf } from "../tasks/instance.ts";
import { recordDataset } from "./given-dataset.ts";
import { describeMachine } from "../hardware/machine.ts";
import type { RunRequest } from "./request.ts";
import { wordingText } from "../settings/wording.ts";
import { programVersions } from "./program-versions.ts";

/** What is known of a run when it begins, besides what it was asked for. */
export interface Beginning {
  readonly name: string;
  /** Null: a simulated model, or one that could not be read. */
  readonly model: { readonly checked: CheckedModel; readonly sha256: string } | null;
  /** The chat template's text; null: there is none, or it is not known. */
  readonly template: string | null;
  /** Where answers are cut, in tokens; null: not known. */
  readonly answerLimit: number | null;
  readonly warnings: readonly string[];
  /** What its server tells of itself; absent: it has none. */
  readonly server?: ServerFacts | undefined;
  /** The run that it tries again; absent or null: none. */
  readonly replaces?: number | null;
}

/**
 * Writes the row of a run that begins, with all that it was asked for: settings, wording, template and instances.
 *
 * @returns its recorder, and its id
 */
export async function recordBeginning(
  database: Database,
  request: RunRequest,
  { name, model, template, answerLimit, warnings, server, replaces = null }: Beginning,
): Promise<{ readonly runId: number; readonly recorder: Recorder }> {
  const { settings, engine, instances, origin, asked = {} } = request;
  const task = tasks[settings.task];
  const { seed, rollouts } = settings;
  const promptHash = recordText(database, wordingText(settings, model?.checked.metadata));
  const runId = beginRun(database, {
    name,
    engine: engine.kind === "server" ? engine.address.api : engine.kind,
    engineSpec: engineSpecOf(request, { model, server }),
    seed,
    settings: { ...settings, asked },
    answerLimit,
    promptHash,
    instanceHash: hashInstances(
      instancesOf(rollouts, (rollout) => givenOrDrawn(instances, task, settings, seed, rollout)),
    ),
    versions: programVersions(),
    machineId: recordMachine(database, await describeMachine()),
    modelId: model === null ? null : recordModel(database, toModelRow(model.checked, model.sha256)),
    server: server ?? null,
    suite: origin?.suite ?? null,
    experiment: origin?.experiment ?? null,
    arm: origin?.arm ?? null,
    trial: origin?.trial ?? null,
    replaces,
  });
  if (template !== null) recordText(database, template);
  const recorder = new Recorder(database, runId);
  for (const message of warnings) recorder.event("warning", { message });
  recordDataset(recorder, request);
  if (request.loraPath !== null) recorder.event("adapter", { path: request.loraPath });
  if (request.levelSearch !== undefined) recorder.event("level", request.levelSearch);
  recorder.flush();
  return { runId, recorder };
}

/** What stands for the model where no file does; null: a file does, or it is not known. */
function engineSpecOf(
  { engine }: RunRequest,
  { model, server }: Pick<Beginning, "model" | "server">,
): string | null {
  if (engine.kind === "scripted") return engine.spec;
  return server === undefined || model !== null ? null : servedSpec(server);
}

function toModelRow(model: CheckedModel, sha256: string): Parameters<typeof recordModel>[1] {
  const { name, path, bytes, architecture, parameters, tensorBytes, quantization } = model;
  const { trainContextLength, metadata } = model;
  const weights = { parameters, tensorBytes, quantization };
  return { name, path, sha256, bytes, architecture, ...weights, trainContextLength, metadata };
}
