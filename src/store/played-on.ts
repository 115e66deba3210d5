import type { Database } from "better-sqlite3";

interface Stretch {
  readonly machineId: number;
  readonly firstBatch: number;
}

/**
 * The machines that a run was played on, in order: where it began, and where it went on after it had stopped. One on which
 * no batch was evaluated is none of them, where the engine tells its batches.
 *
 * @param began on which it began
 */
export function playedOn(database: Database, runId: number, began: number): number[] {
  const sessions = database
    .prepare(
      "SELECT machine_id AS machineId, first_batch AS firstBatch FROM session WHERE run_id = ? ORDER BY session",
    )
    .all(runId) as Stretch[];
  if (sessions.every(({ machineId }) => machineId === began)) return [began];
  const hasBatch = database
    .prepare("SELECT 1 FROM batch WHERE run_id = ? AND phase = 'run' AND batch >= ? AND batch < ? LIMIT 1")
    .pluck();
  const stretches: readonly Stretch[] = [{ machineId: began, firstBatch: 0 }, ...sessions];
  const played = stretches.filter(({ firstBatch }, index) => {
    const end = stretches[index + 1]?.firstBatch ?? Number.MAX_SAFE_INTEGER;
    return hasBatch.get(runId, firstBatch, end) === 1;
  });
  return (played.length > 0 ? played : stretches).map(({ machineId }) => machineId);
}
