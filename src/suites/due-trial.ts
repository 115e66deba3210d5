import { EngineError } from "../errors.ts";
import type { RunRequest } from "../runs/request.ts";
import { resumeRun } from "../runs/resume.ts";
import { runModels } from "../runs/run.ts";
import type { RunView } from "../runs/view.ts";
import type { RunRecord } from "../store/rows.ts";
import type { ModelsTogether } from "../runs/fitted-models.ts";
import type { SuiteModel } from "./suite-model.ts";

/** A trial whose turn it is. */
interface DueTrial {
  /** Its run that stopped before it was done; null: there is none. */
  readonly stopped: RunRecord | null;
  readonly model: SuiteModel;
  readonly request: RunRequest;
  readonly together: ModelsTogether | undefined;
  /** Told where it cannot go on as it was. */
  readonly why: (text: string) => void;
}

/** Goes on with a trial that stopped, or begins it. @returns its run's number, of several tries the last one's; undefined: none was begun */
export async function playDueTrial(trial: DueTrial, view: RunView): Promise<number | undefined> {
  const { stopped, request, together } = trial;
  const goneOn = stopped === null ? null : await goOn(stopped, trial, view);
  return goneOn ?? (await runModels(request, view, together)).at(-1);
}

/** @returns the run's number; null where it has to begin anew */
async function goOn(
  stopped: RunRecord,
  { model, request, why }: DueTrial,
  view: RunView,
): Promise<number | null> {
  const cannot = (because: string | null): null => {
    why(`run ${stopped.id} stopped, and cannot go on as it was (${because}): begun anew`);
    return null;
  };
  const how = { rebuilt: "exact", isForced: false, modelPath: model.file?.path ?? null } as const;
  try {
    const end = await resumeRun(stopped, { ...how, dbPath: request.dbPath }, view);
    return end.isGivenBack === true ? cannot(end.error) : stopped.id;
  } catch (error) {
    if (error instanceof EngineError && error.code === "changed") return cannot(error.message);
    throw error;
  }
}
