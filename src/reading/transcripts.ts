import { type PageTurn, pageTurns } from "../store/page-turns.ts";
import type { RunRecord } from "../store/rows.ts";
import { type RolloutTrack, rolloutTracks } from "../store/tracks.ts";
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

/** Of each run the rollouts that err first, as many as a page can hold, at last those without an error, to compare. */
export function readTranscripts(runs: readonly ChosenRun[]): ReadTranscripts[] {
  const share = Math.floor(turnsAtMost / Math.max(1, runs.length));
  return runs.map(({ source: { database }, run }) => {
    const ranked = rankedRollouts(rolloutTracks(database, run.id), run);
    const rollouts: ReadTranscript[] = [];
    let turns = 0;
    for (const { rollout, firstErrorTurn } of ranked) {
      if (turns >= Math.max(share, 30) || rollouts.length >= 40) break;
      const from = Math.max(1, (firstErrorTurn ?? 1) - windowTurns / 2);
      const read = pageTurns(database, run.id, rollout, from, windowTurns);
      turns += read.length;
      rollouts.push({
        rollout,
        firstErrorTurn,
        turns: read,
        wrong: readWrongNumbers(database, run, rollout),
      });
    }
    return { run, rollouts, all: ranked.length, wrong: firstWrongTurns(database, run) };
  });
}

function rankedRollouts(
  tracks: readonly RolloutTrack[],
  run: RunRecord,
): { rollout: number; firstErrorTurn: number | null }[] {
  const { probe } = run.settings;
  return tracks
    .filter(({ letters }) => letters.length > 0)
    .map(({ rollout, letters }) => {
      const error = letters.search(/[^Rr]/);
      return { rollout, firstErrorTurn: error < 0 ? null : (probe?.[error] ?? error + 1) };
    })
    .toSorted(
      (left, right) =>
        (left.firstErrorTurn ?? Number.MAX_SAFE_INTEGER) - (right.firstErrorTurn ?? Number.MAX_SAFE_INTEGER),
    );
}
