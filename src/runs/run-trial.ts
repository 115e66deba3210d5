import { createEngine } from "../engine/index.ts";
import {
  type EarlierTurns,
  type EngineSource,
  playTrial,
  type TrialHooks,
  type TrialRows,
} from "./play-trial.ts";
import type { Trial, TrialEnd } from "./trial.ts";

export type { TrialHooks };

/** Carries out one trial in this process, as {@link playTrial} promises it. */
export function runTrial(
  trial: Trial,
  recorder: TrialRows,
  hooks: TrialHooks,
  goingOn: EarlierTurns | null = null,
): Promise<TrialEnd> {
  const { engine } = trial;
  const source: EngineSource = {
    create: (events, starting) => createEngine(engine, events, starting),
    ownsProcess: engine.kind === "llama",
  };
  return playTrial(trial, source, recorder, hooks, goingOn);
}
