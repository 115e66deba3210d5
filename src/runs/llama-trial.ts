import { nowMs } from "../clock.ts";
import { endRun } from "../store/append.ts";
import type { Database } from "../store/database.ts";
import { llamaOptions } from "./llama-options.ts";
import type { PreparedModel } from "./prepare.ts";
import type { RunRequest } from "./request.ts";
import type { TrialHooks } from "./run-trial.ts";
import { superviseTrial } from "./supervise.ts";
import type { Trial, TrialEnd } from "./trial.ts";
import { type Patience, trialPatience } from "./watchdog.ts";

/** The trial of a model file. */
export function llamaTrial(
  { settings, dbPath, instances, isWatched, loraPath }: RunRequest,
  runId: number,
  { model, fit, template, inspection, limit }: PreparedModel,
): Trial {
  const { rollouts } = settings;
  return {
    dbPath,
    runId,
    settings,
    answerLimit: limit.tokens,
    instances,
    isWatched,
    engine: {
      kind: "llama",
      options: {
        ...llamaOptions(model, settings, { ...fit, template }),
        ...(loraPath === null ? {} : { loraPath }),
      },
    },
    expected: {
      prefillTokens: rollouts * (inspection.conversationTokens - inspection.answerTokens),
      decodeTokens: rollouts * inspection.answerTokens,
    },
  };
}

/** Carries a trial out in a child; where that ends without a word, its run's row says how. */
export async function carryOut(
  database: Database,
  trial: Trial,
  hooks: TrialHooks,
  patience: Patience = trialPatience,
): Promise<TrialEnd> {
  const startMs = nowMs();
  const result = await superviseTrial(trial, hooks, patience);
  if ("end" in result) return result.end;
  const { status, error, rollouts } = result.crash;
  const wallMs = nowMs() - startMs;
  endRun(database, trial.runId, { status, error, wallMs, peakRssBytes: null }, rollouts);
  return { status, error, broken: null };
}
