import { pooledAccuracy } from "../metrics/accuracy.ts";
import { type Proportion, proportion } from "../metrics/proportion.ts";
import { readableFloor } from "../metrics/unreadable.ts";
import type { RolloutTrack } from "../store/tracks.ts";
import type { RunSummary } from "./run-schema.ts";
import type { Floor } from "./start-schema.ts";
import { tallyRollouts, tallyUnreadable } from "./tallies.ts";

/** Turn 2 is the first that composes anything: a row that is clearly below this there does not carry out its task. */
const leastRight = 0.5;
const none = { turn: 2, ...proportion(0, 0) };

/**
 * Whether a row is at the floor, and of what. The one definition that there is: sentences, tests and documents take it
 * from here. A run that was stopped since hardly any answer could be read is at that of form, whatever few turns 2 it had.
 *
 * @returns null where it is not shown to be
 */
export function floorOf(
  tracks: readonly RolloutTrack[],
  turnAccuracy: RunSummary["turnAccuracy"],
): Floor | null {
  const readable = readableOf(tracks);
  const { turn: _, ...second } = turnAccuracy.find(({ turn }) => turn === 2) ?? none;
  const isStopped = tracks.some(({ end }) => end === "floor");
  if (isStopped || isBelow(readable, readableFloor))
    return { of: "form", second: second.n === 0 ? null : second, readable };
  if (!isBelow(second, leastRight) || laterShare(turnAccuracy) >= leastRight) return null;
  const right = tallyRollouts(tracks).reduce((sum, { correct }) => sum + correct, 0);
  const [wrong, unreadable] = [readable.n - right, readable.n - readable.correct];
  return { of: 2 * unreadable > wrong ? "form" : "task", second, readable };
}

/** Of all turns from the second on: a model that begins badly and finds its way is at no floor. */
function laterShare(turnAccuracy: RunSummary["turnAccuracy"]): number {
  const later = turnAccuracy.filter(({ turn }) => turn >= 2);
  const n = later.reduce((sum, one) => sum + one.n, 0);
  return n === 0 ? 0 : later.reduce((sum, one) => sum + one.correct, 0) / n;
}

function isBelow({ high }: Pick<Proportion, "high">, least: number): boolean {
  return high !== null && high < least;
}

function readableOf(tracks: readonly RolloutTrack[]): Proportion {
  const { n, correct, accuracy, low, high } = pooledAccuracy(tracks.map(tallyUnreadable));
  const rest = (share: number | null): number | null => (share === null ? null : 1 - share);
  return { n, correct: n - correct, accuracy: rest(accuracy), low: rest(high), high: rest(low) };
}
