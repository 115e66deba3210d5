import type { RunSummary } from "../../src/report/schema.ts";
import { type RunRows, summarizeRows } from "../../src/report/summary.ts";
import type {
  MachineRow,
  ModelRow,
  OutcomeClass,
  RolloutEnd,
  RunRecord,
  RunSettings,
  TurnTiming,
  TurnVerdict,
} from "../../src/store/rows.ts";

/** A rollout of a made-up run: the first error's turn (null: none), and where and how it ended. */
export interface MadeRollout {
  readonly errorTurn: number | null;
  readonly lastTurn: number;
  readonly end?: RolloutEnd | null;
  readonly class?: OutcomeClass;
}

export const machine: MachineRow = {
  cpuModel: "Testium 9",
  physicalCores: 2,
  logicalCores: 4,
  memoryBytes: 8e9,
  os: "linux 6.1",
  arch: "x64",
  gpus: [],
};

export function madeModel(overrides: Partial<ModelRow> = {}): ModelRow {
  return {
    name: "tiny",
    path: "/home/somebody/models/tiny-f16.gguf",
    sha256: "ab".repeat(32),
    bytes: 1_940_000,
    architecture: "llama",
    parameters: 459_000,
    quantization: "F16",
    trainContextLength: 4096,
    metadata: {},
    ...overrides,
  };
}

export function madeSettings(overrides: Partial<RunSettings> = {}): RunSettings {
  return {
    task: "dict-sum",
    turns: 12,
    rollouts: 32,
    keysPerTurn: 1,
    dictionarySize: 20,
    valueMax: 99,
    values: "zero-sum",
    sharedDictionary: false,
    shots: 4,
    temperature: 0,
    topP: 1,
    topK: 0,
    minP: 0,
    maxAnswerTokens: 32,
    stop: "answer",
    requested: { parallel: "auto", threads: "auto" },
    ...overrides,
  };
}

export function madeRun(overrides: Partial<RunRecord> = {}): RunRecord {
  const model = overrides.model === undefined ? madeModel() : overrides.model;
  return {
    id: 1,
    name: model?.name ?? "scripted:p=0.9",
    engine: "llama",
    engineSpec: null,
    seed: 1,
    settings: madeSettings(),
    promptHash: "prompt",
    instanceHash: "instances",
    versions: { longhaul: "0.1.0" },
    machineId: 1,
    modelId: 1,
    suite: null,
    experiment: null,
    arm: null,
    trial: null,
    parallel: 8,
    threads: 2,
    contextLength: 2048,
    batchSize: 512,
    kvTypeK: "f16",
    kvTypeV: "f16",
    flashAttention: true,
    backendRequested: "auto",
    backendUsed: "cpu",
    gpuLayers: 0,
    templateHash: "template",
    templateSource: "model",
    templateMode: "pieces",
    kvBytes: 16_000_000,
    vramBytes: null,
    prefixTokens: 137,
    prefixMs: 40,
    status: "complete",
    error: null,
    warnings: [],
    startedAt: "2026-01-02T03:04:05.000Z",
    wallMs: 12_300,
    peakRssBytes: 312_000_000,
    machine,
    ...overrides,
    model,
  };
}

/** Rollouts with these first errors, all finished; the rest of `count` made none. */
export function madeRollouts(errorTurns: readonly number[], count: number, turns = 12): MadeRollout[] {
  return Array.from({ length: count }, (_, index) => ({
    errorTurn: errorTurns[index] ?? null,
    lastTurn: turns,
  }));
}

/** The rows of a run whose rollouts err once, at the turn given, and are right elsewhere. */
export function madeRows(run: RunRecord, rollouts: readonly MadeRollout[]): RunRows {
  const turnsOf = rollouts.flatMap((made, rollout) =>
    Array.from({ length: made.lastTurn }, (_, index) => ({ made, rollout, turn: index + 1 })),
  );
  return {
    run,
    verdicts: turnsOf.map(({ made, rollout, turn }) => madeVerdict(made, rollout, turn)),
    rollouts: rollouts.map(({ lastTurn, end }, rollout) => ({
      rollout,
      turnsFinished: lastTurn,
      end: end === undefined ? "complete" : end,
    })),
    timings: turnsOf.map(({ turn }) => madeTiming(turn)),
    batches: [
      {
        index: 0,
        phase: "warmup",
        startMs: 0,
        endMs: 50,
        conversations: 8,
        prefillTokens: 64,
        decodeTokens: 0,
      },
      {
        index: 1,
        phase: "run",
        startMs: 50,
        endMs: 150,
        conversations: 8,
        prefillTokens: 160,
        decodeTokens: 0,
      },
      {
        index: 2,
        phase: "run",
        startMs: 150,
        endMs: 162,
        conversations: 8,
        prefillTokens: 0,
        decodeTokens: 8,
      },
    ],
  };
}

/** The summary of such a run. */
export function madeSummary(run: Partial<RunRecord>, rollouts: readonly MadeRollout[]): RunSummary {
  return summarizeRows(madeRows(madeRun(run), rollouts));
}

function madeVerdict(made: MadeRollout, rollout: number, turn: number): TurnVerdict {
  const isError = turn === made.errorTurn;
  const isAfter = made.errorTurn !== null && turn >= made.errorTurn;
  return {
    rollout,
    turn,
    class: isError ? (made.class ?? "wrong_number") : "right",
    turnCorrect: !isError,
    indexCorrect: !isAfter,
    taskCorrect: !isAfter,
  };
}

function madeTiming(turn: number): TurnTiming {
  const reusedTokens = 150 + 24 * (turn - 1);
  return {
    turn,
    promptTokens: reusedTokens + 20,
    reusedTokens,
    prefilledTokens: 20,
    decodedTokens: 4,
    ttftMs: 10 + turn,
    decodeMs: 21,
    interTokenMs: [6.5, 7, 7.5],
  };
}
