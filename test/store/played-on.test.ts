import { describe, expect, it } from "vitest";
import { recordMachine } from "../../src/store/append.ts";
import { playedOn } from "../../src/store/played-on.ts";
import { getRun } from "../../src/store/queries.ts";
import { Recorder } from "../../src/store/recorder.ts";
import { machine } from "../report/runs.ts";
import { batchRow, emptyDatabase, newRun } from "./builders.ts";

/** A run with so many batches that went on at these, each time on another machine. */
function runWith(batches: number, ...firstBatches: readonly number[]) {
  const database = emptyDatabase();
  const runId = newRun(database);
  const began = getRun(database, runId)?.machineId ?? 0;
  const recorder = new Recorder(database, runId);
  recorder.batches(Array.from({ length: batches }, (_, index) => batchRow(index)));
  recorder.flush();
  const others = firstBatches.map((firstBatch, index) => {
    const machineId = recordMachine(database, { ...machine, cpuModel: `other ${index}` });
    database
      .prepare(
        `INSERT INTO session (run_id, session, at, machine_id, versions, rebuilt, differences, status_before, first_batch)
          VALUES (?, ?, '', ?, '{}', 'exact', '[]', 'interrupted', ?)`,
      )
      .run(runId, index + 1, machineId, firstBatch);
    return machineId;
  });
  return { database, runId, began, others };
}

describe("playedOn", () => {
  it("has where a run began, and where it went on, in order", () => {
    const { database, runId, began, others } = runWith(30, 10, 20);
    expect(playedOn(database, runId, began)).toEqual([began, ...others]);
    expect(getRun(database, runId)?.machines.map(({ cpuModel }) => cpuModel)).toEqual([
      "test",
      "other 0",
      "other 1",
    ]);
  });

  it("leaves out where no batch was evaluated, at the beginning, between and at the end", () => {
    const first = runWith(10, 0);
    expect(playedOn(first.database, first.runId, first.began)).toEqual(first.others);
    const later = runWith(30, 10, 10, 30);
    expect(playedOn(later.database, later.runId, later.began)).toEqual([later.began, later.others[1]]);
  });

  it("has all of them where an engine tells no batches", () => {
    const { database, runId, began, others } = runWith(0, 0);
    expect(playedOn(database, runId, began)).toEqual([began, ...others]);
  });
});
