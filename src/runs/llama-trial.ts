import { nowMs } from "../clock.ts";
import { ConditionsWatch } from "../hardware/conditions.ts";
import { recordEnd, type WatchedEnd } from "../store/end-run.ts";
import type { Database } from "../store/database.ts";
import { expectedTokens } from "./forecast.ts";
import { optionsOf } from "./llama-options.ts";
import type { PreparedModel } from "./prepare.ts";
import type { RunRequest } from "./request.ts";
import type { TrialHooks } from "./run-trial.ts";
import { type Supervised, superviseTrial } from "./supervise.ts";
import type { Trial, TrialEnd } from "./trial.ts";
import { type Patience, trialPatience } from "./watchdog.ts";

/** The trial of a model file. */
export function llamaTrial(request: RunRequest, runId: number, candidate: PreparedModel): Trial {
  const { dbPath, instances, isWatched } = request;
  const { settings, inspection, limit } = candidate;
  return {
    dbPath,
    runId,
    settings,
    answerLimit: limit.tokens,
    instances,
    isWatched,
    engine: { kind: "llama", options: optionsOf(request, candidate) },
    expected: expectedTokens(settings, inspection, limit.tokens),
  };
}

/** How a trial is carried out, besides what it is. */
export interface Circumstances {
  /** Whether graphics may evaluate any of it. */
  readonly usesGpu: boolean;
  /** Of its file, all parts. */
  readonly modelBytes: number;
  /** How long it is waited for, where its size does not decide. */
  readonly patience?: Patience;
}

/**
 * Carries a trial out in a child; where that ends without a word, its run's row says how. What the machine is like is
 * seen here meanwhile, since nothing but the model should be at work there.
 */
export async function carryOut(
  database: Database,
  trial: Trial,
  hooks: TrialHooks,
  { usesGpu, modelBytes, patience = trialPatience(modelBytes) }: Circumstances,
): Promise<TrialEnd> {
  const watch = new ConditionsWatch(usesGpu);
  const startMs = nowMs();
  const result = await superviseTrial(trial, hooks, patience);
  const wallMs = nowMs() - startMs;
  const conditions = await watch.end();
  let isGivenUp = false;
  hooks.onInterruptible(() => (isGivenUp = true));
  const waiting = { onLocked: (told: string) => hooks.onLocked?.(told), isGivenUp: () => isGivenUp };
  if ("end" in result && (result.end.isGivenBack === true || result.end.hasLost === true)) return result.end;
  const run = { runId: trial.runId, session: trial.goesOn?.session ?? null };
  // Whatever ends a session that takes times again, the run stands as it did.
  const crash = trial.goesOn?.rebuilt === "times" ? null : crashOf(result, wallMs);
  await recordEnd(database, run, { conditions, crash }, waiting);
  if ("end" in result) return result.end;
  const { status, error, end } = result.crash;
  return { status, error, broken: null, crash: end };
}

function crashOf(result: Supervised, wallMs: number): WatchedEnd["crash"] {
  if ("end" in result) return null;
  const { status, error, rollouts, end } = result.crash;
  return { end: { status, error, wallMs, peakRssBytes: null }, openRollouts: rollouts, engineEnd: end };
}
