import { blockOf } from "../settings/shard.ts";
import type { Database } from "../store/database.ts";
import { isMoved } from "./machine-kinds.ts";
import { listRuns } from "../store/queries.ts";
import type { RunRecord } from "../store/rows.ts";
import { type RunTimes, runTimes } from "../store/run-times.ts";

/** A run that tells how fast a model is. */
export interface WholeRun {
  readonly run: RunRecord;
  /** The model by what it is, not by where it lies. */
  readonly sha256: string;
  readonly times: RunTimes;
  readonly wallMs: number;
}

/**
 * The runs by which forecasts are made, newest first: of a real engine and one kind of machine, complete, asked turn by turn
 * to the end and once each, with the model's own history, and with no rollout cut. In any other a turn costs something else:
 * a probe is asked after a long prompt, a vote several times, and where rollouts end early the batches shrink.
 */
export function* wholeRuns(
  database: Database,
  fits: (run: RunRecord) => boolean,
): Generator<WholeRun, undefined> {
  for (const run of listRuns(database).toReversed()) {
    if (!isPlain(run) || isMoved(run) || !fits(run) || run.model === null || run.wallMs === null) continue;
    const times = runTimes(database, run.id);
    if (times.turns === 0 || times.wholeRollouts < blockOf(run.settings).count) continue;
    yield { run, sha256: run.model.sha256, times, wallMs: run.wallMs };
  }
}

function isPlain({ status, engine, settings }: RunRecord): boolean {
  const { history, votes, probe, until } = settings;
  return (
    status === "complete" &&
    engine === "llama" &&
    history === "own" &&
    votes === "none" &&
    probe === null &&
    until === "end"
  );
}
