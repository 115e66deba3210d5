import { EngineError } from "../errors.ts";
import type { RunRequest } from "../runs/request.ts";
import { resumeRun } from "../runs/resume.ts";
import type { RunView } from "../runs/view.ts";
import type { RunRecord } from "../store/rows.ts";
import type { SuiteModel } from "./models.ts";

export { runModels } from "../runs/run.ts";

/**
 * Goes on with a trial that stopped.
 *
 * @param why told where it cannot go on as it was
 * @returns the run's number; null where it has to begin anew
 */
export async function goOn(
  stopped: RunRecord,
  model: SuiteModel,
  { request, why }: { readonly request: RunRequest; readonly why: (text: string) => void },
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
