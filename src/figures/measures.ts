import { accuracyByTurn, pooledAccuracy, type TurnTally } from "../metrics/accuracy.ts";
import { horizon, horizonThresholds } from "../metrics/horizon.ts";
import { boundedCurve } from "../metrics/bounded-curve.ts";
import { type Dictionaries, dictionariesOf } from "../metrics/dictionary-clusters.ts";
import type { RolloutTrack } from "../store/tracks.ts";
import { plannedInstances } from "../reading/study.ts";
import type { RunRows } from "../reading/rows.ts";
import { startOf } from "./cold-start.ts";
import { samplesOf } from "./contender.ts";
import { tallyOutcomes, tallyRollouts, tallyTurns } from "./tallies.ts";
import type { RunSummary } from "./run-schema.ts";
import { outcomeClasses, rolloutEnds } from "../store/rows.ts";

/** The figures of a summary that are computed from turns. */
type TurnMeasures = Pick<
  RunSummary,
  | "rollouts"
  | "dictionaries"
  | "overallTurnAccuracy"
  | "turnAccuracyOf"
  | "turnAccuracy"
  | "indexAccuracy"
  | "taskAccuracy"
  | "horizons"
  | "floor"
  | "coldStart"
  | "improvement"
  | "outcomes"
>;

/**
 * How right the turns of one run were, or those of several runs alike taken together.
 *
 * @param asked thresholds of horizons, between 0 and 1, beside those that are always computed
 */
export function measureTurns(runs: readonly RunRows[], asked: readonly number[] = []): TurnMeasures {
  const tracks = runs.flatMap((rows) => rows.tracks);
  const turns = Math.max(...runs.map(({ run }) => run.settings.turns));
  const keysPerTurn = runs[0]?.run.settings.keysPerTurn ?? 1;
  const curveOf = (played: Parameters<typeof boundedCurve>[0]) => boundedCurve(played, turns);
  const curve = curveOf(samplesOf(runs));
  const dictionaries = dictionariesOf(tracks.map(({ dictionary }) => dictionary));
  const tallies = tallyTurns(tracks);
  const byDictionary = dictionaries.scope === "clusters" ? parted(tracks, dictionaries).map(tallyTurns) : [];
  const turnAccuracy = accuracyByTurn(tallies, byDictionary);
  const isToFirstError = runs.some(({ run }) => run.settings.until === "first-error");
  const shares = { turnAccuracyOf: isToFirstError ? "survivors" : "all", turnAccuracy } as const;
  return {
    rollouts: countRollouts(runs),
    dictionaries: { count: dictionaries.count, holdsForTheseOnly: dictionaries.scope === "these" },
    overallTurnAccuracy: pooledAccuracy(tallyRollouts(tracks)),
    ...shares,
    indexAccuracy: accuracyByTurn(
      tallies.map(byTruth),
      byDictionary.map((own) => own.map(byTruth)),
    ),
    taskAccuracy: curve.points,
    horizons: [...new Set([...horizonThresholds, ...asked])]
      .toSorted((one, other) => one - other)
      .map((s) => horizon(curve, s, keysPerTurn)),
    ...startOf(runs, shares, (played) => horizon(curveOf(played), 0.5, keysPerTurn)),
    outcomes: tallyOutcomes(tracks, outcomeClasses),
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
    planned: new Set(runs.flatMap(({ run }) => plannedInstances(run))).size,
    begun: ends.length,
    counted: runs.flatMap(({ tracks }) => tracks).filter(({ letters }) => letters !== "").length,
    ended: Object.fromEntries(
      rolloutEnds.map((name) => [name, ends.filter((end) => end === name).length]),
    ) as RunSummary["rollouts"]["ended"],
  };
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
