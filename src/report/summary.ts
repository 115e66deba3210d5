import { accuracyByTurn, pooledAccuracy, type TurnTally } from "../metrics/accuracy.ts";
import { horizon, horizonThresholds } from "../metrics/horizon.ts";
import { boundedCurve } from "../metrics/bounded-curve.ts";
import { type Dictionaries, dictionariesOf } from "../metrics/dictionary-clusters.ts";
import type { SurvivalCurve } from "../metrics/survival.ts";
import type { RolloutTrack } from "../store/tracks.ts";
import { aggregateSpeed, conversationSpeed } from "../metrics/throughput.ts";
import { afterSlipOf } from "./after-slip.ts";
import type { RunRecord } from "../store/rows.ts";
import { playedRollouts, type RunRows, tallyOutcomes, tallyRollouts, tallyTurns } from "./rows.ts";
import type { RunSummary } from "./schema.ts";
import { derivedWarnings } from "./warnings.ts";
import { outcomeClasses, rolloutEnds } from "./words.ts";

/** Every figure of one run: an element of `runs` in the document. */
export function summarizeRows(rows: RunRows): RunSummary {
  const { run, tracks, answers } = rows;
  const measures = measure([rows]);
  return {
    ...identity(run),
    warnings: [
      ...run.warnings,
      ...derivedWarnings({ ...measures, status: run.status, settings: run.settings }),
    ],
    settings: settingsOf(run),
    ...measures,
    afterSlip: answers === null ? null : afterSlipOf([{ id: String(run.id), run, tracks, answers }]),
  };
}

/** The figures of a summary that are computed from turns. */
export type Measures = Pick<
  RunSummary,
  | "rollouts"
  | "dictionaries"
  | "overallTurnAccuracy"
  | "turnAccuracy"
  | "indexAccuracy"
  | "taskAccuracy"
  | "horizons"
  | "outcomes"
  | "speed"
  | "memory"
>;

/** The figures of one run, or of several runs alike taken together. */
export function measure(runs: readonly RunRows[]): Measures {
  const tracks = runs.flatMap((rows) => rows.tracks);
  const turns = Math.max(...runs.map(({ run }) => run.settings.turns));
  const keysPerTurn = runs[0]?.run.settings.keysPerTurn ?? 1;
  const curve = boundedCurve(runs.flatMap(playedRollouts), turns);
  const dictionaries = dictionariesOf(tracks.map(({ dictionary }) => dictionary));
  const tallies = tallyTurns(tracks);
  const byDictionary = dictionaries.scope === "clusters" ? parted(tracks, dictionaries).map(tallyTurns) : [];
  return {
    rollouts: countRollouts(runs, curve),
    dictionaries: { count: dictionaries.count, holdsForTheseOnly: dictionaries.scope === "these" },
    overallTurnAccuracy: pooledAccuracy(tallyRollouts(tracks)),
    turnAccuracy: accuracyByTurn(tallies, byDictionary),
    indexAccuracy: accuracyByTurn(
      tallies.map(byTruth),
      byDictionary.map((own) => own.map(byTruth)),
    ),
    taskAccuracy: curve.points,
    horizons: horizonThresholds.map((s) => horizon(curve, s, keysPerTurn)),
    outcomes: tallyOutcomes(tracks, outcomeClasses),
    speed: speedOf(runs),
    memory: {
      peakRssBytes: largest(runs.map(({ run }) => run.peakRssBytes)),
      kvBytes: largest(runs.map(({ run }) => run.kvBytes)),
      vramBytes: largest(runs.map(({ run }) => run.vramBytes)),
    },
  };
}

function byTruth({ turn, n, indexCorrect }: ReturnType<typeof tallyTurns>[number]): TurnTally {
  return { turn, n, correct: indexCorrect };
}

/** The tracks of each dictionary. */
function parted(tracks: readonly RolloutTrack[], { count, places }: Dictionaries): RolloutTrack[][] {
  const parts = Array.from({ length: count }, (): RolloutTrack[] => []);
  for (const [index, track] of tracks.entries()) parts[places[index] ?? 0]?.push(track);
  return parts;
}

function countRollouts(runs: readonly RunRows[], curve: SurvivalCurve): RunSummary["rollouts"] {
  // A rollout without an end belongs to a run that goes on, or to one whose process was killed.
  const ends = runs.flatMap(({ run, tracks }) =>
    tracks.map(({ end }) => end ?? (run.status === "running" ? null : "interrupted")),
  );
  return {
    planned: runs.reduce((sum, { run }) => sum + run.settings.rollouts, 0),
    begun: ends.length,
    counted: curve.rollouts,
    ended: Object.fromEntries(
      rolloutEnds.map((name) => [name, ends.filter((end) => end === name).length]),
    ) as RunSummary["rollouts"]["ended"],
  };
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** What a run says of itself. */
export function identity(run: RunRecord) {
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

/** What was asked and what was used, without folders. */
export function settingsOf(run: RunRecord): RunSummary["settings"] {
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

function speedOf(runs: readonly RunRows[]): RunSummary["speed"] {
  const aggregate = aggregateSpeed(runs.flatMap(({ batches }) => batches));
  const conversation = conversationSpeed(
    runs.map(({ totals }) => totals),
    runs.reduce((sum, { totals }) => sum + totals.prefixTokens, 0),
    {
      ttftMs: runs.flatMap(({ ttftMs }) => ttftMs),
      interTokenMs: runs.flatMap(({ interTokenMs }) => interTokenMs),
    },
  );
  const [first] = runs;
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
    prefix: { tokens: first?.run.prefixTokens ?? null, ms: first?.run.prefixMs ?? null },
  };
}
