import type { Database } from "../../src/store/database.ts";
import { Recorder } from "../../src/store/recorder.ts";
import { goOn, takeOver } from "../../src/store/sessions.ts";
import { batchRow, turnRow } from "./builders.ts";

interface Played {
  readonly session?: number | null;
  readonly turns: readonly number[];
  readonly end: boolean;
  /** Told after the first rollout. */
  readonly midway?: () => void;
}

/** Records turns of both rollouts of a run that begins, or that goes on as a session. */
export function play(
  database: Database,
  runId: number,
  { session = null, turns, end, midway }: Played,
): void {
  const recorder = new Recorder(database, runId, session);
  for (const rollout of [0, 1]) {
    if (session === null) recorder.startRollout({ rollout, dictionary: [], startedAt: "x" });
    for (const turn of turns)
      recorder.turn(turnRow(rollout, turn, (turn + rollout) % 3 > 0, { firstBatch: turn, lastBatch: turn }));
    if (end) recorder.endRollout({ rollout, end: "complete", detail: null, endedAt: "z" });
    if (rollout === 0 && midway !== undefined) {
      recorder.flush();
      midway();
    }
  }
  recorder.batches(turns.map((_, index) => batchRow(index)));
  recorder.event("warning", { message: `turns ${turns.join()}` });
  recorder.finishRun({
    status: end ? "complete" : "interrupted",
    error: null,
    wallMs: 7.5,
    peakRssBytes: 1000,
  });
}

/** Takes a run over that was interrupted, and plays more of it. */
export function goesOn(database: Database, runId: number, turns: readonly number[], end: boolean): void {
  const session = takeOver(database, runId, {
    machineId: 1,
    versions: { longhaul: "test" },
    rebuilt: "exact",
    differences: [],
  });
  if (session === null) throw new Error("it goes on");
  goOn(database, runId, session, []);
  play(database, runId, { session, turns, end });
}
