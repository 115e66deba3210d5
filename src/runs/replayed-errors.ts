import { UnplayableError } from "../errors.ts";
import { parseHistory } from "../rollout/history/index.ts";
import type { Settings } from "../settings/settings.ts";
import type { Database } from "../store/database.ts";
import { ownErrorsOf } from "../store/verdicts.ts";

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
