import { pooledAccuracy } from "../metrics/accuracy.ts";
import type { Proportion } from "../metrics/proportion.ts";
import { readableFloor } from "../metrics/unreadable.ts";
import type { RunRows } from "../reading/rows.ts";
import { taskFacts } from "../settings/stored.ts";
import type { RolloutTrack } from "../store/tracks.ts";
import type { RunSummary } from "./run-schema.ts";
import type { FirstTurns, Floor } from "./start-schema.ts";
import { tallyRollouts, tallyUnreadable } from "./tallies.ts";
import { accuracyAt, beginsWithLookUp, composedTurns } from "./turn-answers.ts";

type Turns = RunSummary["turnAccuracy"];

/** A row that is clearly below this in the first turns that compose anything does not carry out its task. */
const leastRight = 0.5;
/** Fewer answers show no floor of the task. */
const fewestAnswers = 8;

/**
 * Whether a row is at the floor, and of what. The one definition that there is: sentences, tests and documents take it
 * from here. A run that was stopped since hardly any answer could be read is at that of form, whatever few turns it had.
 *
 * @returns null where it is not shown to be
 */
export function floorOf(
  runs: readonly RunRows[],
  { turnAccuracy, turnAccuracyOf }: Pick<RunSummary, "turnAccuracy" | "turnAccuracyOf">,
): Floor | null {
  const tracks = runs.flatMap((rows) => rows.tracks);
  const answers = readAnswers(tracks);
  const { readable, right } = answers;
  const telling = tellingTurns(runs);
  const composed = turnAccuracy.filter(({ turn }) => telling.has(turn));
  if (tracks.some(({ end }) => end === "floor") || isBelow(readable, readableFloor))
    return { of: "form", first: firstOf(runs, composed), ...answers };
  // Where an error ends a rollout, those that fail before they compose anything are asked nothing else.
  const isCutShort = turnAccuracyOf === "survivors" && telling.size > 0;
  const first = [composed, ...(isCutShort ? [turnAccuracy] : [])]
    .flatMap((turns) => firstOf(runs, turns) ?? [])
    .find((found) => isBelow(found, leastRight));
  if (first === undefined || shareOf(composed) >= leastRight) return null;
  const [wrong, unreadable] = [readable.n - right.correct, readable.n - readable.correct];
  return { of: 2 * unreadable > wrong ? "form" : "task", first, ...answers };
}

/** Turns that were to be asked and build on others; of a task without a total turn 1, too, where there is no other. */
function tellingTurns(runs: readonly RunRows[]): ReadonlySet<number> {
  const turns = composedTurns(runs);
  const isStateful = runs.some(({ run }) => taskFacts(run.settings)?.stateful === true);
  if (isStateful && runs.some(({ run }) => beginsWithLookUp(run.settings))) turns.delete(1);
  return turns;
}

/** The first of these turns, as many as hold enough answers; null: all hold fewer. */
function firstOf(runs: readonly RunRows[], turns: Turns): FirstTurns | null {
  const end = turns.findIndex((_, at) => countOf(turns.slice(0, at + 1)) >= fewestAnswers);
  const told = turns.slice(0, end + 1);
  const [first, last] = [told[0], told.at(-1)];
  if (first === undefined || last === undefined) return null;
  const { turn: firstTurn, ...atOne } = first;
  const share = first === last ? atOne : accuracyAt(runs, new Set(told.map(({ turn }) => turn)));
  return { ...share, firstTurn, lastTurn: last.turn };
}

/** Of all these turns: a model that begins badly and finds its way is at no floor. */
function shareOf(turns: Turns): number {
  const n = countOf(turns);
  return n === 0 ? 0 : turns.reduce((sum, { correct }) => sum + correct, 0) / n;
}

function countOf(turns: Turns): number {
  return turns.reduce((sum, { n }) => sum + n, 0);
}

function isBelow({ high }: Pick<Proportion, "high">, least: number): boolean {
  return high !== null && high < least;
}

/** Of all answers those that can be read, and of these the right ones. */
function readAnswers(tracks: readonly RolloutTrack[]): Pick<Floor, "readable" | "right"> {
  const { n, correct, accuracy, low, high } = pooledAccuracy(tracks.map(tallyUnreadable));
  const rest = (share: number | null): number | null => (share === null ? null : 1 - share);
  return {
    readable: { n, correct: n - correct, accuracy: rest(accuracy), low: rest(high), high: rest(low) },
    right: pooledAccuracy(
      tallyRollouts(
        tracks.map((track) => ({ ...track, letters: track.letters.replaceAll(/[^RrWw]/g, ".") })),
      ),
    ),
  };
}
