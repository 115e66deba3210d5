import type { Message } from "../engine/engine.ts";
import { InterruptedError } from "../errors.ts";
import { runRollout } from "../rollout/run-rollout.ts";
import type { Settings } from "../settings/settings.ts";
import { openReadOnly } from "../store/database.ts";
import { ownErrorsOf } from "../store/verdicts.ts";
import { refuseEmptyReplay } from "./before-run.ts";
import type { RunRequest } from "./request.ts";
import { RolloutPlans } from "./rollout-plans.ts";

/**
 * What the first rollout of a request asks first. It is played up to there, so that it is what the run would ask, whatever its
 * history.
 *
 * @throws UsageError where that replays the errors of a run that is not there
 */
export async function firstMessages({
  settings,
  instances,
  dbPath,
}: RunRequest): Promise<readonly Message[]> {
  const trial = { settings, instances, dbPath, runId: 0, answerLimit: 1, isWatched: false, expected: null };
  let asked: readonly Message[] = [];
  const listener = {
    turn(request: { readonly messages: readonly Message[] }): Promise<never> {
      asked = request.messages;
      return Promise.reject(new InterruptedError());
    },
    close: () => undefined,
  };
  const plans = new RolloutPlans(trial, (run, by) => replayedErrors(dbPath, settings, run, by));
  await runRollout(plans.plan(0), listener, () => undefined);
  return asked;
}

function replayedErrors(dbPath: string, settings: Settings, run: number | string, by: number): number[] {
  const database = openReadOnly(dbPath);
  try {
    refuseEmptyReplay(database, settings);
    return ownErrorsOf(database, run, by);
  } finally {
    database.close();
  }
}
