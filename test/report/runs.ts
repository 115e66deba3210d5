import type { PlayedRollout } from "../../src/metrics/played-rollout.ts";
import type { RunSummary } from "../../src/figures/run-schema.ts";
import { contenderOf } from "../../src/figures/contender.ts";
import { conclusionOf } from "../../src/report/compare/conclusion.ts";
import { runLabels } from "../../src/report/words/labels.ts";
import type { RunRows } from "../../src/reading/rows.ts";
import { toldNames } from "../../src/reading/settings.ts";
import { summarizeRows } from "../../src/report/summary.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import type { StoredSettings } from "../../src/settings/stored.ts";
import type { MachineRow, ModelRow, OutcomeClass, RolloutEnd, RunRecord } from "../../src/store/rows.ts";
import type { RunTotals } from "../../src/store/timings.ts";

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
  facts: null,
};

export function madeModel(overrides: Partial<ModelRow> = {}): ModelRow {
  return {
    name: "tiny",
    path: "/home/somebody/models/tiny-f16.gguf",
    sha256: "ab".repeat(32),
    bytes: 1_940_000,
    architecture: "llama",
    parameters: 459_000,
    tensorBytes: 918_000,
    quantization: "F16",
    trainContextLength: 4096,
    metadata: {},
    ...overrides,
  };
}

export function madeSettings(overrides: Partial<StoredSettings> = {}): StoredSettings {
  return { ...standardSettings, turns: 12, asked: {}, ...overrides };
}

export function madeRun(overrides: Partial<RunRecord> = {}): RunRecord {
  const model = overrides.model === undefined ? madeModel() : overrides.model;
  return {
    uid: null,
    id: 1,
    name: model?.name ?? "scripted:p=0.9",
    engine: "llama",
    engineSpec: null,
    server: null,
    seed: 1,
    settings: madeSettings(),
    answerLimit: 32,
    places: [],
    promptHash: "prompt",
    instanceHash: "instances",
    versions: { longhaul: "0.1.0", clock: "2" },
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
    chat: null,
    kvBytes: 16_000_000,
    vramBytes: null,
    prefixTokens: 137,
    prefixMs: 40,
    status: "complete",
    error: null,
    warnings: [],
    datasetHash: null,
    parserVersion: 2,
    startedAt: "2026-01-02T03:04:05.000Z",
    wallMs: 12_300,
    conditions: null,
    tuning: null,
    levelSearch: null,
    peakRssBytes: 312_000_000,
    machine,
    machines: [overrides.machine ?? machine],
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
  const turns = rollouts.flatMap(({ lastTurn }) => Array.from({ length: lastTurn }, (_, index) => index + 1));
  const tracks = rollouts.map((made, rollout) => ({
    rollout,
    end: made.end === undefined ? "complete" : made.end,
    letters: lettersOf(made),
  }));
  return {
    id: String(run.id),
    run,
    tracks,
    rightTurns: tracks.map(({ letters: own }) => own.replaceAll(/[^Rr]/g, "")).join("").length,
    shown: null,
    wrong: null,
    history: null,
    confidence: null,
    totals: madeTotals(turns, run.prefixTokens ?? 0),
    ttftMs: turns.map((turn) => 10 + turn),
    interTokenMs: turns.flatMap(() => [6.5, 7, 7.5]),
    answers: null,
    firstPrompts: null,
    batches: [
      madeBatches({ ms: 100, prefillTokens: 160, conversations: 8 }),
      madeBatches({ ms: 12, decodeTokens: 8, conversations: 8 }),
    ],
    one: [],
    decodeStretches: null,
    underWayMs: null,
  };
}

/** Batches of one kind, summed. */
export function madeBatches(totals: Partial<RunRows["batches"][number]>): RunRows["batches"][number] {
  const none = { ms: 0, prefillTokens: 0, decodeTokens: 0, conversations: 1, threadMs: 0, cpuMs: 0 };
  return { batches: 1, mark: null, ...none, ...totals };
}

/** The verdict on these summaries, whose rollouts share no instance. */
export function conclusionOn(summaries: readonly RunSummary[]): string {
  const labels = runLabels(summaries);
  return conclusionOf(
    summaries.map((summary, index) =>
      // A made rollout errs once and is right ever after, which would be a cold start or an improvement.
      contenderOf(
        labels[index] ?? "",
        { ...summary, coldStart: null, improvement: null },
        [madeRows(madeRun({ settings: askedOf(summary) }), [])],
        playedIn(summary, index),
      ),
    ),
  );
}

function askedOf({ settings }: RunSummary): StoredSettings {
  return madeSettings(Object.fromEntries(toldNames.map((name) => [name, settings[name]])));
}

function playedIn({ taskAccuracy }: RunSummary, index: number): PlayedRollout[] {
  const last = taskAccuracy.at(-1);
  const ends = taskAccuracy.flatMap(({ turn, firstErrors, censored }) => [
    ...Array.from({ length: firstErrors }, () => ({ lastTurn: last?.turn ?? 0, firstErrorTurn: turn })),
    ...Array.from({ length: censored }, () => ({ lastTurn: turn, firstErrorTurn: null })),
  ]);
  const whole = last === undefined ? 0 : last.atRisk - last.firstErrors - last.censored;
  const survivors = Array.from({ length: whole }, () => ({
    lastTurn: last?.turn ?? 0,
    firstErrorTurn: null,
  }));
  return [...ends, ...survivors].map((one, rollout) => ({ ...one, instance: `${index}/${rollout}` }));
}

/** The summary of such a run. */
export function madeSummary(run: Partial<RunRecord>, rollouts: readonly MadeRollout[]): RunSummary {
  return summarizeRows(madeRows(madeRun(run), rollouts));
}

const letters: Readonly<Record<OutcomeClass, string>> = {
  right: "R",
  wrong_number: "w",
  no_tag: "n",
  not_a_number: "x",
  truncated: "t",
  empty: "e",
  reasoning_unclosed: "u",
};

/** Once wrong, a running total stays off the truth. */
function lettersOf({ errorTurn, lastTurn, class: kind = "wrong_number" }: MadeRollout): string {
  if (errorTurn === null || errorTurn > lastTurn) return "R".repeat(lastTurn);
  return "R".repeat(errorTurn - 1) + letters[kind] + "r".repeat(lastTurn - errorTurn);
}

function madeTotals(turns: readonly number[], prefixTokens: number): RunTotals {
  const reusedTokens = turns.reduce((sum, turn) => sum + 150 + 24 * (turn - 1), 0);
  return {
    promptTokens: reusedTokens + 20 * turns.length,
    reusedTokens,
    prefilledTokens: 20 * turns.length,
    decodedTokens: 4 * turns.length,
    laterTokens: 3 * turns.length,
    ttftMs: turns.reduce((sum, turn) => sum + 10 + turn, 0),
    decodeMs: 21 * turns.length,
    prefixTokens: turns.filter((turn) => turn === 1).length * prefixTokens,
    remeasuredTurns: 0,
  };
}
