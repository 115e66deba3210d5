import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endRun, Recorder } from "../../src/store/append.ts";
import { getRun, rolloutRecords, transcript, turnTimings, turnVerdicts } from "../../src/store/queries.ts";
import { emptyDatabase, newRun, recordRollouts, turnRow } from "./builders.ts";

describe("a recorded run", () => {
  it("comes back as it went in", () => {
    const database = emptyDatabase();
    const runId = newRun(database);
    recordRollouts(database, runId, [[true, false], [true]]);
    expect(
      turnVerdicts(database, runId).map(({ rollout, turn, turnCorrect }) => [rollout, turn, turnCorrect]),
    ).toEqual([
      [0, 1, true],
      [0, 2, false],
      [1, 1, true],
    ]);
    expect([...turnTimings(database, runId)][0]).toMatchObject({
      ttftMs: 5,
      interTokenMs: [1, 1],
      prefilledTokens: 4,
    });
    expect(transcript(database, runId, 0)[1]).toMatchObject({
      turn: 2,
      expected: 2,
      answer: 3,
      keys: ["about"],
    });
    expect(getRun(database, runId)).toMatchObject({
      status: "running",
      settings: { turns: 10 },
      machine: { cpuModel: "test" },
    });
    expect(getRun(database, runId + 1)).toBeNull();
  });

  it("shows nothing before the flush and everything after it", () => {
    const database = emptyDatabase();
    const runId = newRun(database);
    const recorder = new Recorder(database, runId);
    recorder.startRollout({ rollout: 0, dictionary: [], startedAt: "" });
    recorder.turn(turnRow(0, 1, true));
    expect(turnVerdicts(database, runId)).toEqual([]);
    recorder.flush();
    expect(turnVerdicts(database, runId)).toHaveLength(1);
  });

  it("refuses the same turn twice and keeps nothing of that transaction", () => {
    const database = emptyDatabase();
    const runId = newRun(database);
    recordRollouts(database, runId, [[true]]);
    const recorder = new Recorder(database, runId);
    recorder.turn(turnRow(0, 2, true));
    recorder.turn(turnRow(0, 1, true));
    expect(() => recorder.flush()).toThrow(/UNIQUE/);
    expect(turnVerdicts(database, runId)).toHaveLength(1);
  });

  it("closes open rollouts with the run, once", () => {
    const database = emptyDatabase();
    const runId = newRun(database);
    recordRollouts(database, runId, [[true]]);
    endRun(
      database,
      runId,
      { status: "interrupted", error: "x", wallMs: 5, peakRssBytes: null },
      "interrupted",
    );
    endRun(database, runId, { status: "complete", error: null, wallMs: 9, peakRssBytes: null }, "timeout");
    expect(getRun(database, runId)).toMatchObject({ status: "interrupted", error: "x", wallMs: 5 });
    expect(rolloutRecords(database, runId)).toEqual([{ rollout: 0, turnsFinished: 1, end: "interrupted" }]);
  });
});

describe("the view task_accuracy", () => {
  it("keeps an exact half exactly a half", () => {
    for (const half of [1, 3, 7, 16, 33]) {
      const database = emptyDatabase();
      const runId = newRun(database);
      recordRollouts(
        database,
        runId,
        Array.from({ length: 2 * half }, (_, index) => [index < half, true]),
      );
      const accuracy = database.prepare("SELECT accuracy FROM task_accuracy WHERE turn = 1").pluck().get();
      expect(accuracy).toBe(0.5);
    }
  });

  it("is Kaplan-Meier: the product over turns of one minus first errors over those at risk", () => {
    const rollouts = fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(rollouts, (all) => {
        const database = emptyDatabase();
        const runId = newRun(database, { turns: 6 });
        recordRollouts(database, runId, all);
        const rows = database.prepare("SELECT * FROM task_accuracy ORDER BY turn").all() as Record<
          string,
          number
        >[];
        let product = 1;
        for (const row of rows) {
          const turn = row["turn"] ?? 0;
          const faultless = all.filter(
            (turns) => turns.slice(0, turn - 1).every(Boolean) && turns.length >= turn,
          );
          const errors = faultless.filter((turns) => turns[turn - 1] === false).length;
          expect([row["at_risk"], row["first_errors"]]).toEqual([faultless.length, errors]);
          if (faultless.length > 0) product *= 1 - errors / faultless.length;
          expect(row["accuracy"]).toBeCloseTo(product, 12);
        }
      }),
      { numRuns: 60 },
    );
  });
});
