import { accuracyByTurn, pooledAccuracy, type TurnTally } from "../metrics/accuracy.ts";
import { horizon, horizonThresholds } from "../metrics/horizon.ts";
import { boundedCurve } from "../metrics/bounded-curve.ts";
import { type Dictionaries, dictionariesOf } from "../metrics/dictionary-clusters.ts";
import type { RolloutTrack } from "../store/tracks.ts";
import { afterSlipOf } from "./after-slip.ts";
import { fileNameOf, settingsOf } from "../reading/settings.ts";
import type { RunRecord } from "../store/rows.ts";
import { instancesOf } from "../reading/identity.ts";
import type { RunRows } from "../reading/rows.ts";
import { samplesOf } from "./compare/contender.ts";
import { measureSpeed, unlikeSpeed } from "./speed.ts";
import { tallyOutcomes, tallyRollouts, tallyTurns } from "./tallies.ts";
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
  | "turnAccuracyOf"
  | "turnAccuracy"
  | "indexAccuracy"
  | "taskAccuracy"
  | "horizons"
  | "outcomes"
  | "speed"
  | "memory"
>;

/**
 * The figures of one run, or of several runs alike taken together.
 *
 * @param speeds all runs by how their speed was had, also those whose rollouts do not count; of several nothing is pooled
 */
export function measure(
  runs: readonly RunRows[],
  speeds: readonly (readonly RunRows[])[] = [runs],
): Measures {
  const tracks = runs.flatMap((rows) => rows.tracks);
  const turns = Math.max(...runs.map(({ run }) => run.settings.turns));
  const keysPerTurn = runs[0]?.run.settings.keysPerTurn ?? 1;
  const timed = speeds.flat();
  const curve = boundedCurve(samplesOf(runs), turns);
  const dictionaries = dictionariesOf(tracks.map(({ dictionary }) => dictionary));
  const tallies = tallyTurns(tracks);
  const byDictionary = dictionaries.scope === "clusters" ? parted(tracks, dictionaries).map(tallyTurns) : [];
  return {
    rollouts: countRollouts(runs),
    dictionaries: { count: dictionaries.count, holdsForTheseOnly: dictionaries.scope === "these" },
    overallTurnAccuracy: pooledAccuracy(tallyRollouts(tracks)),
    turnAccuracyOf: runs.some(({ run }) => run.settings.until === "first-error") ? "survivors" : "all",
    turnAccuracy: accuracyByTurn(tallies, byDictionary),
    indexAccuracy: accuracyByTurn(
      tallies.map(byTruth),
      byDictionary.map((own) => own.map(byTruth)),
    ),
    taskAccuracy: curve.points,
    horizons: horizonThresholds.map((s) => horizon(curve, s, keysPerTurn)),
    outcomes: tallyOutcomes(tracks, outcomeClasses),
    speed: speeds.length > 1 ? unlikeSpeed(timed) : measureSpeed(timed),
    memory: measureMemory(timed),
  };
}

/** The most that any of these runs took. */
export function measureMemory(runs: readonly RunRows[]): RunSummary["memory"] {
  const most = (name: "peakRssBytes" | "kvBytes" | "vramBytes"): number | null =>
    largest(runs.map(({ run }) => run[name]));
  return { peakRssBytes: most("peakRssBytes"), kvBytes: most("kvBytes"), vramBytes: most("vramBytes") };
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

function countRollouts(runs: readonly RunRows[]): RunSummary["rollouts"] {
  // A rollout without an end belongs to a run that goes on, or to one whose process was killed.
  const ends = runs.flatMap(({ run, tracks }) =>
    tracks.map(({ end }) => end ?? (run.status === "running" ? null : "interrupted")),
  );
  return {
    planned: plannedInstances(runs).size,
    begun: ends.length,
    counted: runs.flatMap(({ tracks }) => tracks).filter(({ letters }) => letters !== "").length,
    ended: Object.fromEntries(
      rolloutEnds.map((name) => [name, ends.filter((end) => end === name).length]),
    ) as RunSummary["rollouts"]["ended"],
  };
}

/** Every instance that any of the runs was to play. */
function plannedInstances(runs: readonly RunRows[]): Set<string> {
  return new Set(
    runs.flatMap(({ run }) =>
      Array.from({ length: run.settings.rollouts }, (_, rollout) => rollout).map(instancesOf(run)),
    ),
  );
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
