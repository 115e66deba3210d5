import { UsageError } from "../errors.ts";
import { openDatabase } from "../store/database.ts";
import { disturbedTurns } from "../store/remeasured.ts";
import type { RunRecord } from "../store/rows.ts";
import { askedBefore } from "./asked-before.ts";
import { playAgain } from "./play-again.ts";
import type { ResumeRequest } from "./take-over.ts";
import type { TrialEnd } from "./trial.ts";
import type { RunView } from "./view.ts";

/**
 * Plays those turns of a run again that something disturbed while they were timed, for their times alone.
 *
 * @returns null: there is none that was not measured again
 * @throws UsageError | EngineError where it cannot be played as it was
 */
export async function remeasureRun(
  run: RunRecord,
  { dbPath, modelPath }: Pick<ResumeRequest, "dbPath" | "modelPath">,
  view: RunView,
): Promise<TrialEnd | null> {
  const database = openDatabase(dbPath);
  try {
    if (disturbedTurns(database, run.id).turns.length === 0) return null;
    if (run.engine !== "llama")
      throw new UsageError(
        `remeasure ${run.id}: this run is simulated, and its times are made up. Name a run of a model file.`,
      );
    const how = { dbPath, modelPath, rebuilt: "times", isForced: false } as const;
    const asked = askedBefore(database, run, dbPath);
    // Whatever ends it, the run stands as it did.
    const end = { ...(await playAgain(database, { run, asked }, how, view)), isGivenBack: true };
    view.onTrialEnd(run.name, run.id, end);
    return end;
  } finally {
    database.close();
  }
}
