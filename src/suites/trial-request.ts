import { UnplayableError, UsageError } from "../errors.ts";
import { withReplayedRun } from "../rollout/history/index.ts";
import type { RunRequest } from "../runs/request.ts";
import type { Settings } from "../settings/settings.ts";
import type { MadeRuns, Place } from "./made-runs.ts";
import { sourceOf, type SuiteTrial } from "./plan.ts";
import type { SuiteModel } from "./suite-model.ts";

/** What a model is asked for under these settings. */
export function requestOf(dbPath: string, model: SuiteModel, settings: Settings): RunRequest {
  const { engine, file, served } = model;
  return {
    settings,
    dbPath,
    name: null,
    engine,
    modelPaths: served === null ? [] : [served.model],
    files: file === null ? [] : [file],
    instances: null,
    templateText: null,
    loraPath: null,
    origin: null,
    isWatched: false,
  };
}

/**
 * The settings of a trial. A history that replays the model's own errors names the run in which it made them, under the same
 * setting.
 *
 * @throws UsageError where that run is not there
 * @throws UnplayableError where it made none
 */
export async function settingsOf(trial: SuiteTrial, made: MadeRuns, place: Place): Promise<Settings> {
  const { model, arm, part } = trial;
  const { replays, settings } = arm;
  if (replays === undefined) return settings;
  const own = sourceOf(trial);
  const source =
    own === null ? undefined : await made.findWhole(own.arm.settings, model, { ...place, arm: own.label });
  if (source === undefined)
    throw new UsageError(`${part.experiment}, ${arm.name}: the run whose errors it replays is not there.`);
  if (made.wrongNumbers(source) === 0)
    throw new UnplayableError(
      `run ${source.id} (${replays}) made no wrong number, so there is nothing to show again`,
    );
  return { ...settings, history: withReplayedRun(settings.history, source.uid ?? source.id) };
}
