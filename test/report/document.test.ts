import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildDocument } from "../../src/report/run-document.ts";
import { documentSchema } from "../../src/figures/run-schema.ts";
import { renderDocument } from "../../src/report/text.ts";
import { readRuns } from "../../src/reading/runs.ts";
import { beginRun, recordMachine, recordModel } from "../../src/store/append.ts";
import { Recorder } from "../../src/store/recorder.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { batchRow, turnRow } from "../store/builders.ts";
import { machine, madeModel, madeRun } from "./runs.ts";

describe("a document of rows in a file", () => {
  let database: Database;

  beforeEach(() => {
    database = openDatabase(":memory:");
  });

  afterEach(() => {
    database.close();
  });

  /** Two rollouts of three turns; the second errs at turn 2. */
  function record(): number {
    const { id: _, ...run } = madeRun();
    const ids = { machineId: recordMachine(database, machine), modelId: recordModel(database, madeModel()) };
    const runId = beginRun(database, {
      ...run,
      settings: { ...run.settings, turns: 3, rollouts: 2 },
      ...ids,
    });
    const recorder = new Recorder(database, runId);
    recorder.setRunEngine({ ...run, parallel: 8, versions: { "llama.cpp": "v0.4.0" } });
    for (const rollout of [0, 1]) {
      recorder.startRollout({ rollout, dictionary: [], startedAt: "2026-01-02T03:04:05.000Z" });
      for (const turn of [1, 2, 3]) recorder.turn(turnRow(rollout, turn, !(rollout === 1 && turn === 2)));
      recorder.endRollout({ rollout, end: "complete", detail: null, endedAt: "2026-01-02T03:04:06.000Z" });
    }
    recorder.batches([
      batchRow(0, { startMs: 0, endMs: 10, conversations: 2, prefillTokens: 40, decodeTokens: 0 }),
    ]);
    recorder.event("warning", { message: "something to mind" });
    recorder.finishRun({ status: "complete", error: null, wallMs: 100, peakRssBytes: 1e8 });
    return runId;
  }

  test("fits the schema to the last field and says what the rows say", () => {
    const runId = record();
    const document = buildDocument(readRuns({ path: "mine.db", database }, [runId]), "mine.db");
    expect(documentSchema.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
    expect(document).toMatchObject({ schemaVersion: 1, db: "mine.db", machine: { cpuModel: "Testium 9" } });
    const [run] = document.runs;
    expect(run).toMatchObject({
      id: runId,
      status: "complete",
      engine: "llama",
      scripted: null,
      model: { name: "tiny", file: "tiny-f16.gguf", parameters: 459_000 },
      settings: {
        task: "dict-sum",
        parallel: 8,
        backend: { requested: "auto", used: "cpu" },
        flashAttention: true,
      },
      rollouts: { planned: 2, begun: 2, counted: 2 },
      outcomes: { right: 5, wrong_number: 1 },
      memory: { peakRssBytes: 1e8, kvBytes: 16_000_000, vramBytes: null },
      versions: { longhaul: "0.1.0", "llama.cpp": "v0.4.0" },
    });
    expect(run?.warnings[0]).toBe("something to mind");
    expect(run?.taskAccuracy.map(({ accuracy }) => accuracy)).toEqual([1, 0.5, 0.5]);
    expect(run?.horizons[0]).toMatchObject({ s: 0.5, turns: null, status: "beyond", lastTurn: 3 });
    expect(JSON.stringify(document)).not.toContain("/home/");
  });

  test("has a text", () => {
    const text = renderDocument(
      buildDocument(readRuns({ path: "mine.db", database }, [record()]), "mine.db"),
      { width: 100, color: false, unicode: true },
    );
    expect(text).toContain("tiny  0.46M parameters, F16 (16.00), 1.94 MB, tiny-f16.gguf, run 1");
    expect(text).toContain("Every finished turn is in mine.db: run 1.");
  });

  test("of a run that does not exist is an error", () => {
    expect(() => readRuns({ path: "mine.db", database }, [7])).toThrow("no run 7");
  });
});
