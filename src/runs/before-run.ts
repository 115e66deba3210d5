import { UnplayableError } from "../errors.ts";
import { parseHistory, withReplayedRun } from "../rollout/history/index.ts";
import type { Settings } from "../settings/settings.ts";
import type { Database } from "../store/database.ts";
import { identityOf, runNumber } from "../store/identity.ts";
import { listRuns } from "../store/queries.ts";
import { removedUid } from "../store/removed.ts";
import { assertRoomFor, hasRoom } from "../store/room.ts";
import type { RunRecord } from "../store/rows.ts";
import { ownErrorsOf } from "../store/verdicts.ts";
import type { PlannedModel } from "./view.ts";

/**
 * Errors that nobody made cannot be shown again, and others in their place would be another experiment under its name.
 *
 * @throws UnplayableError where a history replays a run that made none, or is not in the file
 */
export function refuseEmptyReplay(database: Database, { history }: Settings): void {
  const { replayedRun, planted } = parseHistory(history);
  if (replayedRun === null || planted?.rate === 0 || ownErrorsOf(database, replayedRun).length > 0) return;
  throw new UnplayableError(
    `--history ${history}: run ${replayedRun} made no wrong number that could be shown again, or is not in the file. Name another run.`,
  );
}

/** The same settings; a run that is replayed is named by its uid, which tells wherever the rows come to be. */
export function namedReplay<Asked extends Settings>(database: Database, settings: Asked): Asked {
  refuseEmptyReplay(database, settings);
  const { replayedRun } = parseHistory(settings.history);
  const identity = typeof replayedRun === "number" ? identityOf(database, replayedRun) : null;
  return identity === null
    ? settings
    : { ...settings, history: withReplayedRun(settings.history, identity.uid) };
}

/** The run whose errors are shown again; null: none, or the history is one that this program does not know. */
function replayedRunOf({ history }: Pick<Settings, "history">): number | string | null {
  try {
    return parseHistory(history).replayedRun;
  } catch {
    return null;
  }
}

/**
 * A run's settings as they are stored, with a run that it replays named by its uid also where an earlier version named it by
 * its number in that file; null: no run has that number.
 */
export function portableSettings(database: Database, text: string): string | null {
  const settings = JSON.parse(text) as Pick<Settings, "history">;
  const replayed = replayedRunOf(settings);
  if (typeof replayed !== "number") return text;
  const uid = identityOf(database, replayed)?.uid ?? removedUid(database, replayed);
  if (uid === null) return null;
  return JSON.stringify({ ...settings, history: withReplayedRun(settings.history, uid) });
}

/** Those that show a run's errors again. */
export function replayersOf(database: Database, runId: number): RunRecord[] {
  return listRuns(database).filter(({ settings }) => {
    const named = replayedRunOf(settings);
    return named !== null && runNumber(database, named) === runId;
  });
}

/** Whether the disk under the file has room for another run to begin. */
export { hasRoom };

/** Tells where what was planned may not fit on the disk under its file. @throws UsageError where no run could begin */
export function assertRoomForPlan(dbPath: string, plan: readonly Pick<PlannedModel, "fileBytes">[]): void {
  assertRoomFor(
    dbPath,
    plan.reduce((sum, { fileBytes }) => sum + (fileBytes ?? 0), 0),
  );
}
