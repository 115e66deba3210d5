import Sqlite from "better-sqlite3";
import { beginRun, recordMachine } from "../../src/store/append.ts";
import { Recorder } from "../../src/store/recorder.ts";
import { migrate } from "../../src/store/migrate.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import type { BatchRow, NewRun, TurnRow } from "../../src/store/rows.ts";

export function emptyDatabase() {
  const database = new Sqlite(":memory:");
  database.pragma("foreign_keys = ON");
  migrate(database);
  return database;
}

type Database = ReturnType<typeof emptyDatabase>;

export function newRun(
  database: Database,
  overrides: Partial<NewRun["settings"]> = {},
  run: Partial<NewRun> = {},
): number {
  const machineId = recordMachine(database, {
    cpuModel: "test",
    physicalCores: 1,
    logicalCores: 2,
    memoryBytes: 1e9,
    os: "test",
    arch: "test",
    gpus: [],
    facts: null,
  });
  return beginRun(database, {
    name: "test",
    engine: "scripted",
    engineSpec: "p=1",
    seed: 1,
    settings: { ...standardSettings, turns: 10, rollouts: 4, asked: {}, ...overrides },
    answerLimit: 32,
    promptHash: "p",
    instanceHash: "i",
    versions: { longhaul: "test" },
    machineId,
    modelId: null,
    server: null,
    suite: null,
    experiment: null,
    arm: null,
    trial: null,
    ...run,
  });
}

/** A batch of which no more is told than what went into it: a decoded token of one conversation. */
export function batchRow(index: number, overrides: Partial<BatchRow> = {}): BatchRow {
  return {
    index,
    phase: "run",
    startMs: index + 0.25,
    endMs: index + 1,
    conversations: 1,
    prefillTokens: 0,
    decodeTokens: 1,
    threads: null,
    cpuMs: null,
    mark: null,
    ...overrides,
  };
}

export function turnRow(
  rollout: number,
  turn: number,
  isRight: boolean,
  overrides: Partial<TurnRow> = {},
): TurnRow {
  return {
    rollout,
    turn,
    attempt: 1,
    policy: "own",
    injected: false,
    sample: 0,
    historyAnswers: 0,
    historyWrong: 0,
    historyBreaks: 0,
    keys: ["about"],
    value: 1,
    truth: turn,
    shownBefore: turn > 1 ? turn - 1 : null,
    valuesSince: 0,
    expected: turn,
    text: `<answer>${turn}</answer>`,
    reasoning: null,
    tokenIds: [1, 2, 3],
    confidence: null,
    stop: "answer",
    promptTokens: 10,
    reusedTokens: 6,
    prefilledTokens: 4,
    answerForm: null,
    againReason: null,
    decodedTokens: 3,
    reasoningTokens: 0,
    ttftMs: 5,
    decodeMs: 2,
    interTokenMs: [1, 1],
    cpuMs: 1,
    conversations: 1,
    firstBatch: 0,
    lastBatch: 2,
    startedAt: "2026-01-01T00:00:00.000Z",
    served: null,
    verdict: {
      parserVersion: 1,
      class: isRight ? "right" : "wrong_number",
      answer: isRight ? turn : turn + 1,
      firstAnswer: isRight ? turn : turn + 1,
      turnCorrect: isRight,
      indexCorrect: isRight,
      taskCorrect: isRight,
      afterMissing: false,
    },
    ...overrides,
  };
}

/** Records rollouts given as lists of right (true) and wrong turns. */
export function recordRollouts(
  database: Database,
  runId: number,
  rollouts: readonly (readonly boolean[])[],
): void {
  const recorder = new Recorder(database, runId);
  rollouts.forEach((turns, rollout) => {
    recorder.startRollout({ rollout, dictionary: [], startedAt: "" });
    turns.forEach((isRight, index) => recorder.turn(turnRow(rollout, index + 1, isRight)));
  });
  recorder.flush();
}
