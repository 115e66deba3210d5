import { pooledAccuracy } from "../metrics/accuracy.ts";
import type { Proportion } from "../metrics/proportion.ts";
import { comparedTurns } from "../metrics/cuts.ts";
import type { TurnAnswers } from "../metrics/turn-answers.ts";
import { cutOf, playedRollouts, type RunRows } from "../reading/rows.ts";
import type { Settings } from "../settings/settings.ts";
import { isAsked, isRight, tallyRollouts } from "./tallies.ts";

/** A row's turns as {@link testShares} takes them. */
export interface TurnSample {
  readonly answers: readonly TurnAnswers[];
  /**
   * Turns that the row's rollouts can be compared on: planned, or up to where nearly all of their contexts were full.
   */
  readonly planned: number;
}

/**
 * Each rollout's answers, from runs alike of different instances. A turn that was not asked, or not reached, is null; a
 * full context and a failure of the engine say from which turn on something is missing.
 *
 * @param isWanted what counts as right of a turn's letter: by default right given what was shown
 */
export function turnSample(
  runs: readonly RunRows[],
  isWanted: (code: number) => boolean = isRight,
): TurnSample {
  const answers = runs.flatMap((rows) => {
    const played = playedRollouts(rows);
    return rows.tracks.map((track, index): TurnAnswers => {
      const { letters } = track;
      const { instance = "", dictionary } = played[index] ?? {};
      return {
        instance,
        ...(dictionary === undefined ? {} : { dictionary }),
        answers: Array.from(letters, (letter) => {
          const code = letter.charCodeAt(0);
          return isAsked(code) ? isWanted(code) : null;
        }),
        cutFrom: cutOf(track) === null ? null : letters.length + 1,
      };
    });
  });
  const turns = Math.max(0, ...runs.map(({ run }) => run.settings.turns));
  const ends = runs.flatMap(({ tracks }) => tracks).filter(({ letters }) => letters.length > 0);
  const compared = comparedTurns(
    // Errors do not end a rollout here, so all of them could have gone on.
    ends.map((track) => ({
      lastTurn: track.letters.length,
      firstErrorTurn: null,
      cut: cutOf(track),
    })),
    turns,
  );
  return { answers, planned: compared };
}

/** Whether turn 1 has nothing to add to, so that it is only a look-up. */
export function beginsWithLookUp({ start, burnIn }: Pick<Settings, "start" | "burnIn">): boolean {
  return start === "neutral" && burnIn === 0;
}

/**
 * Turns that have something to add to: those that every run was to be asked, without turn 1 where it is only a look-up.
 * It counts where no other was asked.
 */
export function composedTurns(runs: readonly RunRows[]): Set<number> {
  const [first, ...others] = runs.map(({ run }) => {
    const { probe, turns } = run.settings;
    return new Set(probe ?? Array.from({ length: turns }, (_, index) => index + 1));
  });
  const asked = [...(first ?? [])].filter((turn) => others.every((turns) => turns.has(turn)));
  const isLookUp = runs.some(({ run }) => beginsWithLookUp(run.settings));
  return new Set(isLookUp && asked.length > 1 ? asked.filter((turn) => turn > 1) : asked);
}

/** Share of right turns among those that compose, of all rollouts. */
export function composedAccuracy(runs: readonly RunRows[]): Proportion {
  return accuracyAt(runs, composedTurns(runs));
}

/** Share of right turns among some turns, of all rollouts. */
export function accuracyAt(runs: readonly RunRows[], turns: ReadonlySet<number>): Proportion {
  const tracks = runs
    .flatMap((one) => one.tracks)
    .map((track) => ({
      ...track,
      letters: Array.from(track.letters, (letter, index) => (turns.has(index + 1) ? letter : ".")).join(""),
    }));
  return pooledAccuracy(tallyRollouts(tracks));
}

/** A letter of an answer that could be read, right or not. */
export function isReadable(code: number): boolean {
  return "RrWw".includes(String.fromCharCode(code));
}
