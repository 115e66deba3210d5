import type { Database } from "../store/database.ts";
import { recordBeginning } from "./begin-run.ts";
import { hashCandidate } from "./hash-candidate.ts";
import { carryOut, llamaTrial } from "./llama-trial.ts";
import type { Candidate, PreparedModel } from "./prepare.ts";
import { recordRefused } from "./record-refused.ts";
import { namedReplay } from "./before-run.ts";
import type { RunRequest } from "./request.ts";
import type { TrialEnd } from "./trial.ts";
import { withFewer } from "./with-fewer.ts";
import { type RunView, warningsOf } from "./view.ts";

/**
 * Measures a model, or records why it cannot be. Where its process crashes it is tried again with fewer conversations at a
 * time, as another run that names the one it stands for: one run never has two settings.
 *
 * @returns the ids of its runs; the last one stands
 */
export async function runCandidate(
  database: Database,
  asked: RunRequest,
  candidate: Candidate,
  view: RunView,
): Promise<number[]> {
  if ("error" in candidate) return [await recordRefused(database, asked, candidate, view)];
  const hash = await hashCandidate(candidate, view);
  if ("error" in hash) return [await recordRefused(database, asked, hash, view)];
  const request = { ...asked, settings: namedReplay(database, asked.settings) };
  const runIds: number[] = [];
  let next: PreparedModel | null = { ...candidate, settings: namedReplay(database, candidate.settings) };
  while (next !== null) {
    const replaces = runIds.at(-1) ?? null;
    const { runId, end } = await tryOnce({ database, request, view }, next, hash.sha256, replaces);
    runIds.push(runId);
    next = view.isInterrupted ? null : withFewer(next, end.crash ?? null, runIds);
    if (next !== null && !(await isUnchanged(next, hash.sha256, view))) next = null;
    view.onTrialEnd(candidate.name, runId, next === null ? end : triedAgain(end, next));
  }
  return runIds;
}

/** A file that was changed meanwhile is another model, and may be why it crashed. */
async function isUnchanged(candidate: PreparedModel, sha256: string, view: RunView): Promise<boolean> {
  const hash = await hashCandidate(candidate, view);
  return "sha256" in hash && hash.sha256 === sha256;
}

function triedAgain(end: TrialEnd, { fit }: PreparedModel): TrialEnd {
  const error = `${end.error}; tried again with ${fit.parallel} conversations at a time`;
  return { ...end, error, isTriedAgain: true };
}

interface Session {
  readonly database: Database;
  readonly request: RunRequest;
  readonly view: RunView;
}

async function tryOnce(
  { database, request, view }: Session,
  candidate: PreparedModel,
  sha256: string,
  replaces: number | null,
): Promise<{ readonly runId: number; readonly end: TrialEnd }> {
  const { name, model, template, limit, inspection } = candidate;
  const { runId, recorder } = await recordBeginning(database, request, {
    name,
    model: { checked: model, sha256 },
    template: template.text,
    answerLimit: limit.tokens,
    warnings: warningsOf(candidate),
    replaces,
  });
  view.onTrialStart(name, runId, { settings: request.settings, model });
  const trial = llamaTrial(request, runId, candidate);
  const circumstances = { usesGpu: inspection.backend !== "cpu", modelBytes: model.bytes };
  const end = await carryOut(database, trial, view, circumstances).finally(recorder.keep());
  return { runId, end };
}
