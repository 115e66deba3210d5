import { accuracyByTurn, countClasses, type Mark, pooledAccuracy } from "../metrics/accuracy.ts";
import { horizon, horizonThresholds } from "../metrics/horizon.ts";
import { type RolloutSurvival, type SurvivalCurve, survivalCurve } from "../metrics/survival.ts";
import { aggregateSpeed, conversationSpeed } from "../metrics/throughput.ts";
import type { Database } from "../store/database.ts";
import { batches, getRun, rolloutRecords, turnTimings, turnVerdicts } from "../store/queries.ts";
import type { BatchRow, RolloutRecord, RunRecord, TurnTiming, TurnVerdict } from "../store/rows.ts";
import type { RunSummary } from "./schema.ts";
import { derivedWarnings } from "./warnings.ts";
import { outcomeClasses, rolloutEnds } from "./words.ts";

/** The rows that a summary is made of. */
export interface RunRows {
  readonly run: RunRecord;
  readonly verdicts: readonly TurnVerdict[];
  readonly rollouts: readonly RolloutRecord[];
  readonly timings: Iterable<TurnTiming>;
  readonly batches: Iterable<BatchRow>;
}

/**
 * Every figure of one run: an element of `runs` in the document.
 *
 * @throws Error when there is no such run
 */
export function summarizeRun(database: Database, runId: number): RunSummary {
  const run = getRun(database, runId);
  if (run === null) throw new Error(`no run ${runId}`);
  return summarizeRows({
    run,
    verdicts: turnVerdicts(database, runId),
    rollouts: rolloutRecords(database, runId),
    timings: turnTimings(database, runId),
    batches: batches(database, runId),
  });
}

/** {@link summarizeRun} of rows that were read already. */
export function summarizeRows({ run, verdicts, rollouts, timings, batches: batchRows }: RunRows): RunSummary {
  const { settings } = run;
  const curve = survivalCurve(survivalsOf(rollouts, verdicts), settings.turns);
  const turnMarks = marks(verdicts, "turnCorrect");
  const horizons = horizonThresholds.map((s) => horizon(curve, s, settings.keysPerTurn));
  const counts = countRollouts(run, rollouts, curve);
  return {
    ...identity(run),
    warnings: [...run.warnings, ...derivedWarnings(run.status, counts, horizons)],
    settings: settingsOf(run),
    rollouts: counts,
    overallTurnAccuracy: pooledAccuracy(turnMarks),
    turnAccuracy: accuracyByTurn(turnMarks),
    indexAccuracy: accuracyByTurn(marks(verdicts, "indexCorrect")),
    taskAccuracy: curve.points,
    horizons,
    outcomes: countClasses(
      outcomeClasses,
      verdicts.map((verdict) => verdict.class),
    ),
    speed: speedOf(run, timings, batchRows),
    memory: { peakRssBytes: run.peakRssBytes, kvBytes: run.kvBytes, vramBytes: run.vramBytes },
  };
}

function survivalsOf(
  rollouts: readonly RolloutRecord[],
  verdicts: readonly TurnVerdict[],
): RolloutSurvival[] {
  const firstErrors = new Map<number, number>();
  for (const { rollout, turn, turnCorrect } of verdicts) {
    if (!turnCorrect) firstErrors.set(rollout, Math.min(turn, firstErrors.get(rollout) ?? turn));
  }
  return rollouts.map(({ rollout, turnsFinished }) => ({
    lastTurn: turnsFinished,
    firstErrorTurn: firstErrors.get(rollout) ?? null,
  }));
}

function marks(verdicts: readonly TurnVerdict[], field: "turnCorrect" | "indexCorrect"): Mark[] {
  return verdicts.map((verdict) => ({
    rollout: verdict.rollout,
    turn: verdict.turn,
    isCorrect: verdict[field],
  }));
}

function countRollouts(
  run: RunRecord,
  rollouts: readonly RolloutRecord[],
  curve: SurvivalCurve,
): RunSummary["rollouts"] {
  // A rollout without an end belongs to a run that goes on, or to one whose process was killed.
  const ends = rollouts.map(({ end }) => end ?? (run.status === "running" ? null : "interrupted"));
  return {
    planned: run.settings.rollouts,
    begun: rollouts.length,
    counted: curve.rollouts,
    ended: countClasses(
      rolloutEnds,
      ends.filter((end) => end !== null),
    ),
  };
}

function identity(run: RunRecord) {
  const { model } = run;
  return {
    id: run.id,
    name: run.name,
    status: run.status,
    error: run.error,
    engine: run.engine,
    scripted: run.engineSpec,
    startedAt: run.startedAt,
    wallMs: run.wallMs,
    versions: run.versions,
    seed: run.seed,
    machine: machineOf(run),
    model: {
      name: model?.name ?? null,
      file: model === null ? null : fileNameOf(model.path),
      sha256: model?.sha256 ?? null,
      architecture: model?.architecture ?? null,
      parameters: model?.parameters ?? null,
      quantization: model?.quantization ?? null,
      bytes: model?.bytes ?? null,
    },
  };
}

/** Field by field, since rows as they are read hold more columns. */
function machineOf({ machine }: RunRecord): RunSummary["machine"] {
  const { cpuModel, physicalCores, logicalCores, memoryBytes, os, arch, gpus } = machine;
  return { cpuModel, physicalCores, logicalCores, memoryBytes, os, arch, gpus };
}

function settingsOf(run: RunRecord): RunSummary["settings"] {
  const { requested, ...asked } = run.settings;
  return {
    ...asked,
    requested: Object.fromEntries(
      Object.entries(requested).map(([flag, value]) => [
        flag,
        typeof value === "string" ? fileNameOf(value) : value,
      ]),
    ),
    parallel: run.parallel,
    threads: run.threads,
    contextLength: run.contextLength,
    batchSize: run.batchSize,
    kvTypeK: run.kvTypeK,
    kvTypeV: run.kvTypeV,
    flashAttention: run.flashAttention,
    backend: { requested: run.backendRequested, used: run.backendUsed },
    gpuLayers: run.gpuLayers,
    promptHash: run.promptHash,
    templateHash: run.templateHash,
    templateSource: run.templateSource,
    templateMode: run.templateMode,
    instanceHash: run.instanceHash,
  };
}

/** Documents are shared; the folders of the machine that made them are nobody's business. */
function fileNameOf(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}

function speedOf(
  run: RunRecord,
  timings: Iterable<TurnTiming>,
  batchRows: Iterable<BatchRow>,
): RunSummary["speed"] {
  const aggregate = aggregateSpeed(batchRows);
  const conversation = conversationSpeed(timings, run.prefixTokens ?? 0);
  return {
    aggregate: {
      prefillTokensPerSecond: aggregate.prefillTokensPerSecond,
      decodeTokensPerSecond: aggregate.decodeTokensPerSecond,
    },
    perConversation: {
      prefillTokensPerSecond: conversation.prefillTokensPerSecond,
      decodeTokensPerSecond: conversation.decodeTokensPerSecond,
    },
    ttftMs: conversation.ttftMs,
    interTokenMs: conversation.interTokenMs,
    prefillTokens: conversation.prefillTokens,
    reusedTokens: conversation.reusedTokens,
    decodeTokens: conversation.decodeTokens,
    reuseShare: conversation.reuseShare,
    mixedBatches: aggregate.mixedBatches,
    mixedTimeShare: aggregate.mixedTimeShare,
    prefix: { tokens: run.prefixTokens, ms: run.prefixMs },
  };
}
