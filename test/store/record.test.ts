import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Recorder } from "../../src/store/recorder.ts";
import { endRun } from "../../src/store/end-run.ts";
import type { OutcomeClass } from "../../src/store/rows.ts";
import { getRun, transcript } from "../../src/store/queries.ts";
import { batchTotals, interTokenSamples, timingTotals, ttftSamples } from "../../src/store/timings.ts";
import { isIndexCorrect, outcomeOf, rolloutTracks } from "../../src/store/tracks.ts";
import { emptyDatabase, newRun, recordRollouts, turnRow } from "./builders.ts";

describe("a recorded run", () => {
  it("comes back as it went in", () => {
    const database = emptyDatabase();
    const runId = newRun(database);
    recordRollouts(database, runId, [[true, false], [true]]);
    expect(
      rolloutTracks(database, runId).map(({ rollout, letters }) => [rollout, letters.toUpperCase()]),
    ).toEqual([
      [0, "RW"],
      [1, "R"],
    ]);
    expect(timingTotals(database, runId, 0)).toMatchObject({
      prefilledTokens: 12,
      laterTokens: 6,
      ttftMs: 15,
    });
    expect([...ttftSamples(database, runId)]).toEqual([5, 5, 5]);
    expect(interTokenSamples(database, runId)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(transcript(database, { id: runId, versions: {} }, 0)[1]).toMatchObject({
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

  it("is still there where its wording cannot be read", () => {
    const database = emptyDatabase();
    const runId = newRun(database);
    for (const chat of ["{", "[]", '{"jinja":"another"}']) {
      database.prepare("UPDATE run SET chat = ?").run(chat);
      expect(getRun(database, runId)).toMatchObject({ status: "running", chat: null });
    }
  });

  it("shows nothing before the flush and everything after it", () => {
    const database = emptyDatabase();
    const runId = newRun(database);
    const recorder = new Recorder(database, runId);
    recorder.startRollout({ rollout: 0, dictionary: [], startedAt: "" });
    recorder.turn(turnRow(0, 1, true));
    expect(rolloutTracks(database, runId)).toEqual([]);
    recorder.flush();
    expect(rolloutTracks(database, runId).map(({ letters }) => letters.length)).toEqual([1]);
  });

  it("refuses the same turn twice and keeps nothing of that transaction", () => {
    const database = emptyDatabase();
    const runId = newRun(database);
    recordRollouts(database, runId, [[true]]);
    const recorder = new Recorder(database, runId);
    recorder.turn(turnRow(0, 2, true));
    recorder.turn(turnRow(0, 1, true));
    expect(() => recorder.flush()).toThrow(/UNIQUE/);
    expect(rolloutTracks(database, runId).map(({ letters }) => letters.length)).toEqual([1]);
  });

  it("closes open rollouts with the run, once", () => {
    const database = emptyDatabase();
    const runId = newRun(database);
    recordRollouts(database, runId, [[true]]);
    endRun(
      database,
      { runId, session: null },
      { status: "interrupted", error: "x", wallMs: 5, peakRssBytes: null },
      "interrupted",
    );
    endRun(
      database,
      { runId, session: null },
      { status: "complete", error: null, wallMs: 9, peakRssBytes: null },
      "timeout",
    );
    expect(getRun(database, runId)).toMatchObject({ status: "interrupted", error: "x", wallMs: 5 });
    expect(rolloutTracks(database, runId)).toMatchObject([{ rollout: 0, end: "interrupted" }]);
  });
});

describe("what the measures read", () => {
  it("has a letter for each class, small where the total is not the truth, by the newest parser", () => {
    const database = emptyDatabase();
    const runId = newRun(database);
    const recorder = new Recorder(database, runId);
    recorder.startRollout({ rollout: 0, dictionary: [], startedAt: "" });
    const classes = [
      "right",
      "wrong_number",
      "no_tag",
      "not_a_number",
      "truncated",
      "empty",
      "reasoning_unclosed",
    ];
    for (const [index, name] of classes.entries()) {
      const row = turnRow(0, index + 1, index === 0);
      recorder.turn({
        ...row,
        verdict: { ...row.verdict, class: name as OutcomeClass, indexCorrect: index === 1 },
      });
    }
    recorder.flush();
    const letters = rolloutTracks(database, runId)[0]?.letters ?? "";
    expect(Array.from(letters, (letter) => outcomeOf(letter.charCodeAt(0)))).toEqual(classes);
    expect(Array.from(letters, (letter) => isIndexCorrect(letter.charCodeAt(0)))).toEqual(
      classes.map((_, i) => i === 1),
    );
    database
      .prepare(
        `INSERT INTO verdict SELECT turn_id, 2, 'empty', NULL, NULL, 0, 0, 0, 0 FROM verdict
          WHERE turn_id = (SELECT id FROM turn WHERE turn = 1)`,
      )
      .run();
    expect(rolloutTracks(database, runId)[0]?.letters).toBe(`e${letters.slice(1)}`);
  });

  it("sums the run's own batches by kind, warm-up and prefix left out", () => {
    const database = emptyDatabase();
    const runId = newRun(database);
    const recorder = new Recorder(database, runId);
    const batch = { conversations: 1, startMs: 0, endMs: 10, prefillTokens: 0, decodeTokens: 0 };
    recorder.batches([
      { ...batch, index: 0, phase: "warmup", threads: null, cpuMs: null, mark: null, prefillTokens: 99 },
      { ...batch, index: 1, phase: "prefix", threads: null, cpuMs: null, mark: null, prefillTokens: 99 },
      { ...batch, index: 2, phase: "run", threads: null, cpuMs: null, mark: null, prefillTokens: 5 },
      { ...batch, index: 3, phase: "run", threads: null, cpuMs: null, mark: null, decodeTokens: 2 },
      {
        ...batch,
        index: 4,
        phase: "run",
        threads: null,
        cpuMs: null,
        mark: null,
        decodeTokens: 2,
        endMs: 12,
      },
      {
        ...batch,
        index: 5,
        phase: "run",
        threads: null,
        cpuMs: null,
        mark: null,
        prefillTokens: 3,
        decodeTokens: 1,
      },
    ]);
    recorder.flush();
    const sumsOf = (phase: "run" | "one") =>
      batchTotals(database, runId, phase, 2).map(({ batches, ms, prefillTokens, decodeTokens }) => [
        batches,
        ms,
        prefillTokens,
        decodeTokens,
      ]);
    expect(sumsOf("run")).toEqual([
      [1, 10, 0, 2],
      [1, 12, 0, 2],
      [1, 10, 5, 0],
      [1, 10, 3, 1],
    ]);
    expect(sumsOf("one")).toEqual([]);
  });

  it("adds batches up in at most ten blocks of a kind and mark, in their order", () => {
    const database = emptyDatabase();
    const runId = newRun(database);
    const recorder = new Recorder(database, runId);
    recorder.batches(
      Array.from({ length: 40 }, (_, index) => ({
        index,
        phase: index < 35 ? ("run" as const) : ("one" as const),
        startMs: 10 * index,
        endMs: 10 * index + index,
        conversations: 1,
        prefillTokens: 0,
        decodeTokens: 1,
        threads: index % 2 === 0 ? 2 : null,
        cpuMs: 5,
        mark: index === 3 ? ("busy" as const) : null,
      })),
    );
    recorder.flush();
    const blocks = batchTotals(database, runId, "run", 2);
    const clear = blocks.filter(({ mark }) => mark === null);
    expect(clear).toHaveLength(10);
    expect(clear.reduce((sum, { batches }) => sum + batches, 0)).toBe(34);
    expect(clear.every(({ batches }) => batches === 3 || batches === 4)).toBe(true);
    const means = clear.map(({ ms, batches }) => ms / batches);
    expect(means).toEqual(means.toSorted((a, b) => a - b));
    expect(blocks.filter(({ mark }) => mark === "busy")).toMatchObject([{ batches: 1, ms: 3 }]);
    // Batches of even numbers tell their threads, those of 20 ms and more that threads had work.
    const sumOf = (name: "threadMs" | "cpuMs"): number => clear.reduce((sum, one) => sum + one[name], 0);
    expect([sumOf("threadMs"), sumOf("cpuMs")]).toEqual([2 * 216, 5 * 8]);
    const onOne = batchTotals(database, runId, "run", 1).filter(({ mark }) => mark === null);
    expect(onOne.reduce((sum, { threadMs }) => sum + threadMs, 0)).toBe(216);
    expect(batchTotals(database, runId, "one", 2).reduce((sum, { batches }) => sum + batches, 0)).toBe(5);
  });

  it("knows what the shared prefix saved at turn 1", () => {
    const database = emptyDatabase();
    const runId = newRun(database);
    recordRollouts(database, runId, [[true, true], [true]]);
    expect(timingTotals(database, runId, 4).prefixTokens).toBe(8);
    expect(timingTotals(database, runId, 100).prefixTokens).toBe(12);
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
