import { firstAgainstLater, startLevel } from "../metrics/cold-start.ts";
import { type SharesTest, testParts } from "../metrics/paired-shares.ts";
import type { PlayedRollout } from "../metrics/played-rollout.ts";
import { fewestEvents } from "../metrics/power.ts";
import type { RunRows } from "../reading/rows.ts";
import { samplesOf } from "./contender.ts";
import { floorOf } from "./floor.ts";
import type { MeasuredTurns } from "./group-figure.ts";
import type { RunHorizon, RunSummary } from "./run-schema.ts";
import type { ColdStart, Improvement } from "./start-schema.ts";
import { beginsWithLookUp, composedTurns, type TurnSample, turnSample } from "./turn-answers.ts";

type HalfOf = (played: readonly PlayedRollout[]) => RunHorizon;

/**
 * How a row starts: whether it carries out its task at all, how turn 1 does beside the later turns of its rollouts, and
 * these among themselves. The last two are unknown where rollouts ended at their first error: of those that were wrong at
 * turn 1 there is no later turn.
 *
 * @param halfOf the H50 of rollouts under this row's settings
 */
export function startOf(
  runs: readonly RunRows[],
  { turnAccuracy, turnAccuracyOf }: Pick<RunSummary, "turnAccuracy" | "turnAccuracyOf">,
  halfOf: HalfOf,
): Pick<RunSummary, "floor" | "coldStart" | "improvement"> {
  const floor = floorOf(runs, { turnAccuracy, turnAccuracyOf });
  if (turnAccuracyOf === "survivors") return { floor, coldStart: null, improvement: null };
  const sample = turnSample(runs);
  return {
    floor,
    coldStart: coldStartOf(runs, sample, turnAccuracy, halfOf),
    improvement: improvementOf(composedTurns(runs), sample),
  };
}

/**
 * What decay is told of. A cold start is no part of it, and what comes behind it counts for every rollout. And where turn 1
 * has nothing to add to it is easier than all later ones, which would pass for a rising hazard.
 */
export function decayingTurns({ rows, settings, coldStart }: MeasuredTurns): {
  readonly played: readonly PlayedRollout[];
  readonly fromTurn: number;
  /** Whether turn 1 counts as right in all of them. */
  readonly isBehindFirst: boolean;
} {
  const isBehindFirst = coldStart?.isShown === true;
  return {
    played: isBehindFirst ? behindFirstTurn(rows) : samplesOf(rows),
    fromTurn: isBehindFirst || beginsWithLookUp(settings) ? 2 : 1,
    isBehindFirst,
  };
}

/** Rollouts as if turn 1 had been right. */
function behindFirstTurn(runs: readonly RunRows[]): PlayedRollout[] {
  return samplesOf(
    runs.map((rows) => ({
      ...rows,
      tracks: rows.tracks.map((track) => ({ ...track, letters: track.letters.replace(/^[^.]/, "R") })),
    })),
  );
}

/**
 * A cold start is shown where turn 1 is right less often than the later turns of its rollouts, by interval and test both.
 * Decay makes turn 1 the best, so it is never taken for one.
 */
function coldStartOf(
  runs: readonly RunRows[],
  { answers, planned }: TurnSample,
  turnAccuracy: RunSummary["turnAccuracy"],
  halfOf: HalfOf,
): ColdStart | null {
  const test = firstAgainstLater(answers, planned);
  if (test === null) return null;
  const { first, later, high, pValue } = test;
  const errors = first.n - first.correct + later.n - later.correct;
  const isShown = errors >= fewestEvents && pValue < startLevel && high !== null && high < 0;
  const [one, ...others] = turnAccuracy;
  const half = isShown ? halfOf(behindFirstTurn(runs)) : null;
  return {
    ...test,
    isShown,
    isWorst: others.every(({ accuracy }) => (accuracy ?? 1) > (one?.accuracy ?? 1)),
    // Turns asked by themselves tell none.
    horizon: half === null || half.n === 0 ? null : half,
  };
}

/** With fewer turns behind turn 1 a half would be a single one. */
const leastTurns = 4;

/** The turns behind turn 1 in two halves; of an odd number the middle one counts in neither. */
function improvementOf(asked: ReadonlySet<number>, { answers, planned }: TurnSample): Improvement | null {
  const turns = [...asked]
    .filter((turn) => turn > 1 && turn <= planned)
    .toSorted((left, right) => left - right);
  if (turns.length < leastTurns) return null;
  const size = Math.floor(turns.length / 2);
  const [early, late] = [turns.slice(0, size), turns.slice(-size)];
  const test = testParts(answers, new Set(early), new Set(late));
  if (test === null) return null;
  const { first, second, difference, low, high, pValue } = test;
  return {
    early: { ...second, ...endsOf(early) },
    late: { ...first, ...endsOf(late) },
    difference,
    low,
    high,
    pValue,
    isShown: isBetter(test),
  };
}

function isBetter({ errors, pValue, low, isOpen }: SharesTest): boolean {
  return errors >= fewestEvents && pValue < startLevel && low !== null && low > 0 && !isOpen;
}

function endsOf(turns: readonly number[]): { firstTurn: number; lastTurn: number } {
  return { firstTurn: turns[0] ?? 1, lastTurn: turns.at(-1) ?? 1 };
}
