import { isMoved } from "../reading/machine-kinds.ts";
import type { RunRows } from "../reading/rows.ts";

/** Milliseconds in which the engine worked for these runs, on one kind of machine; 0: not known. */
export function engineMs(rows: readonly RunRows[]): number {
  if (rows.some(({ run }) => isMoved(run))) return 0;
  return rows.reduce(
    (sum, { batches, underWayMs }) =>
      sum + (batches.length === 0 ? (underWayMs ?? 0) : batches.reduce((ofRun, { ms }) => ofRun + ms, 0)),
    0,
  );
}

/** Turns a second of all conversations together, right or wrong, while any was under way; null: not known. */
export function turnsPerSecond(rows: readonly RunRows[]): number | null {
  const ms = rows.reduce((sum, { underWayMs }) => sum + (underWayMs ?? Number.NaN), 0);
  const turns = rows.reduce((sum, { ttftMs }) => sum + ttftMs.length, 0);
  return ms > 0 && turns > 0 ? (1000 * turns) / ms : null;
}
