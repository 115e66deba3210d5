import { type PageTurn, pageTurns } from "../store/page-turns.ts";
import type { RunRecord } from "../store/rows.ts";
import type { RolloutTrack } from "../store/tracks.ts";
import { firstErrorOf, readTracks, type RunRows } from "./rows.ts";
import type { ChosenRun } from "./source.ts";
import type { WrongTurn } from "../store/wrong-turns.ts";
import { firstWrongTurns, readWrongNumbers, type WrongNumbers } from "./wrong-numbers.ts";

/** One rollout to be read turn by turn. */
export interface ReadTranscript {
  readonly rollout: number;
  readonly firstErrorTurn: number | null;
  readonly turns: readonly PageTurn[];
  readonly wrong: WrongNumbers;
}

/** Rollouts of one run that are shown. */
export interface ReadTranscripts {
  readonly run: RunRecord;
  readonly rollouts: readonly ReadTranscript[];
  /** Rollouts that finished a turn. */
  readonly all: number;
  /** The run's first wrong numbers. */
  readonly wrong: readonly WrongTurn[];
}

/** About 250 bytes a turn: with this many the page stays well under 5 MB. */
const turnsAtMost = 9_000;
/** Of a longer rollout only what lies around its first error. */
export const windowTurns = 200;

/**
 * Of each run the rollouts that err first, as many as a page can hold, at last those without an error, to compare.
 *
 * @param read of these runs what was read already: tracks of a large run take a while
 */
export function readTranscripts(
  runs: readonly ChosenRun[],
  read: ReadonlyMap<string, Pick<RunRows, "tracks">>,
): ReadTranscripts[] {
  const share = Math.floor(turnsAtMost / Math.max(1, runs.length));
  return runs.map(({ source: { database }, run, id }) => {
    const ranked = rankedRollouts(read.get(id)?.tracks ?? readTracks(database, run));
    const rollouts: ReadTranscript[] = [];
    let turns = 0;
    for (const { rollout, firstErrorTurn } of ranked) {
      if (turns >= Math.max(share, 30) || rollouts.length >= 40) break;
      const from = Math.max(1, (firstErrorTurn ?? 1) - windowTurns / 2);
      const shown = pageTurns(database, run, rollout, from, windowTurns);
      turns += shown.length;
      rollouts.push({
        rollout,
        firstErrorTurn,
        turns: shown,
        wrong: readWrongNumbers(database, run, rollout),
      });
    }
    return { run, rollouts, all: ranked.length, wrong: firstWrongTurns(database, run) };
  });
}

function rankedRollouts(
  tracks: readonly RolloutTrack[],
): { rollout: number; firstErrorTurn: number | null }[] {
  return tracks
    .filter(({ letters }) => letters.length > 0)
    .map(({ rollout, letters }) => ({ rollout, firstErrorTurn: firstErrorOf(letters) }))
    .toSorted(
      (left, right) =>
        (left.firstErrorTurn ?? Number.MAX_SAFE_INTEGER) - (right.firstErrorTurn ?? Number.MAX_SAFE_INTEGER),
    );
}
