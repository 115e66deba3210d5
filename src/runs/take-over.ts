import { EngineError, UsageError } from "../errors.ts";
import { describeMachine } from "../hardware/machine.ts";
import { recordMachine } from "../store/append.ts";
import type { Database } from "../store/database.ts";
import { holderOf } from "../store/lease.ts";
import { machineOf } from "../store/queries.ts";
import type { RunRecord } from "../store/rows.ts";
import {
  type Difference,
  differencesText,
  rowDifferences,
  type SessionRow,
  takeOver,
} from "../store/sessions.ts";
import { replayersOf } from "./before-run.ts";
import { programVersions } from "./program-versions.ts";
import { machineDifferences, programDifferences } from "./differences.ts";
import type { GoesOn } from "./trial.ts";

/** How a run is to go on. */
export interface ResumeRequest {
  readonly dbPath: string;
  readonly rebuilt: SessionRow["rebuilt"];
  /** Whether to go on whatever differs from before; the rows say so. */
  readonly isForced: boolean;
  /** Where its model's file is now; null: where it was. */
  readonly modelPath: string | null;
}

/**
 * Makes a run that stopped this process's own.
 *
 * @param found what differs of its model
 * @throws EngineError where something differs from before and nobody forced it; UsageError where it goes on elsewhere
 */
export async function takeRunOver(
  database: Database,
  run: RunRecord,
  found: readonly Difference[],
  { rebuilt, isForced }: ResumeRequest,
): Promise<GoesOn> {
  const versions = programVersions();
  const machineId = recordMachine(database, await describeMachine());
  const machine = machineDifferences(run, machineOf(database, machineId));
  const changed = [...found, ...programDifferences(run, versions), ...rowDifferences(database, run.id)];
  const differences = [...changed, ...machine];
  // Times of another machine are no times of this run.
  const isTimed = rebuilt === "times";
  const refused = isTimed ? differences : changed;
  if (refused.length > 0 && !isForced) throw new EngineError("changed", differencesText(refused));
  const replayer = isTimed ? undefined : replayersOf(database, run.id).at(0);
  if (replayer !== undefined && !isForced)
    throw new EngineError(
      "changed",
      `run ${replayer.id} shows its errors again, and would no longer hold (longhaul verify) once there are more of them`,
    );
  const session = takeOver(database, run.id, { machineId, versions, rebuilt, differences });
  if (session === null)
    throw new UsageError(`run ${run.id} goes on in ${holderOf(database, run.id)}, or has ended meanwhile.`);
  return { session, rebuilt, isForced };
}
