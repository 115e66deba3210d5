import type { EngineSpec } from "../engine/index.ts";
import { EngineError } from "../errors.ts";
import { serverName } from "../serving/facts.ts";
import type { CheckedModel } from "../gguf/check.ts";
import type { RunRecord } from "../store/rows.ts";
import type { Difference } from "../store/sessions.ts";
import { differing } from "./differences.ts";
import type { RunRequest, ServedRequest } from "./request.ts";
import { servedTrial } from "./run-served.ts";
import { servedModel } from "./served-model.ts";
import { scriptedTrial } from "./scripted-trial.ts";
import type { Trial } from "./trial.ts";

/** What was asked of a model that is not loaded from a file here. */
type WithoutFile = RunRequest & {
  readonly engine: Exclude<RunRequest["engine"], { readonly kind: "llama" }>;
};

/** The trial of a run that needs no process of its own, once more. */
export interface TrialAgain {
  readonly trial: Omit<Trial, "runId">;
  /** Its file, where that lies here; null: it has none, or it is not known. */
  readonly model: CheckedModel | null;
  /** What is not as it was. */
  readonly found: readonly Difference[];
}

/**
 * Of a simulated model, or of one behind a server.
 *
 * @param onHash told how much of a model's file is read
 * @throws EngineError where a server cannot be asked, or has the model no more
 */
export async function trialAgain(
  run: RunRecord,
  asked: WithoutFile,
  onHash: (doneBytes: number, totalBytes: number) => void,
): Promise<TrialAgain> {
  const { engine } = asked;
  const again =
    engine.kind === "server"
      ? await servedAgain(run, { ...asked, engine }, onHash)
      : { trial: scriptedTrial(asked, engine.spec).trial, model: null, found: [] };
  const { trial } = again;
  const answerLimit = run.answerLimit ?? trial.answerLimit;
  return {
    ...again,
    trial: { ...trial, answerLimit, engine: withConversations(trial.engine, run.parallel) },
  };
}

/** As many conversations at a time as before; null: it had none yet. */
function withConversations(engine: EngineSpec, parallel: number | null): EngineSpec {
  if (parallel === null || engine.kind === "llama") return engine;
  return engine.kind === "scripted"
    ? { ...engine, parallel }
    : { ...engine, options: { ...engine.options, parallel } };
}

/** The model of a run behind its server, asked again what it is. */
async function servedAgain(
  run: RunRecord,
  asked: ServedRequest,
  onHash: (doneBytes: number, totalBytes: number) => void,
): Promise<TrialAgain> {
  const [name = run.name] = asked.modelPaths;
  const model = await servedModel(asked, name, onHash);
  if ("error" in model) throw new EngineError("model_load", model.error);
  const { facts } = model;
  const before = run.server;
  const found = differing([
    ["model's file", run.model?.sha256 ?? before?.fileSha256, facts.fileSha256],
    ["server", before && serverName(before), serverName(facts)],
    ["model by its server's words", before?.digest, facts.digest],
  ]);
  return { trial: servedTrial(asked, model), model: model.file?.checked ?? null, found };
}
