import type { RunRows } from "../reading/rows.ts";

/** Milliseconds in which the engine worked for these runs; 0: not known. */
export function engineMs(rows: readonly RunRows[]): number {
  return rows.reduce(
    (sum, { batches, underWayMs }) => sum + (underWayMs ?? batches.reduce((ofRun, { ms }) => ofRun + ms, 0)),
    0,
  );
}

/** Turns a second of all conversations together, right or wrong; null: not known. */
export function turnsPerSecond(rows: readonly RunRows[]): number | null {
  const ms = engineMs(rows);
  const turns = rows.reduce((sum, { ttftMs }) => sum + ttftMs.length, 0);
  return ms > 0 && turns > 0 ? (1000 * turns) / ms : null;
}
