import { comparedTurns } from "../metrics/cuts.ts";
import type { RolloutCut } from "../metrics/survival.ts";
import type { TurnAnswers } from "../metrics/turn-answers.ts";
import type { RolloutEnd } from "../store/rows.ts";
import { isAsked, isRight, playedRollouts, type RunRows } from "./rows.ts";

/** A row's turns as {@link compareTurns} takes them. */
export interface TurnSample {
  readonly answers: readonly TurnAnswers[];
  /** Turns that the row's rollouts can be compared on: planned, or up to where nearly all of their contexts were full. */
  readonly planned: number;
}

/**
 * Each rollout's answers, from runs alike of different instances. A turn that was not asked, or was not had, is null; a
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
    return rows.tracks.map(({ letters, end }, index): TurnAnswers => {
      const { instance = "", dictionary, cut = cutOf(end) } = played[index] ?? {};
      return {
        instance,
        ...(dictionary === undefined ? {} : { dictionary }),
        answers: Array.from(letters, (letter) => {
          const code = letter.charCodeAt(0);
          return isAsked(code) ? isWanted(code) : null;
        }),
        cutFrom: cut === null ? null : letters.length + 1,
      };
    });
  });
  const turns = Math.max(0, ...runs.map(({ run }) => run.settings.turns));
  const ends = runs.flatMap(({ tracks }) => tracks).filter(({ letters }) => letters.length > 0);
  const compared = comparedTurns(
    // Errors do not end a rollout here, so all of them could have gone on.
    ends.map(({ letters, end }) => ({ lastTurn: letters.length, firstErrorTurn: null, cut: cutOf(end) })),
    turns,
  );
  return { answers, planned: compared };
}

/**
 * Turns whose answers tell of composing: those that every one of the runs asked, turn 1 left out, which is a look-up alone,
 * unless totals start at a number of their own.
 */
export function composedTurns(runs: readonly RunRows[]): Set<number> {
  const [first, ...others] = runs.map(({ run }) => {
    const { probe, turns, start } = run.settings;
    const asked = probe ?? Array.from({ length: turns }, (_, index) => index + 1);
    return new Set(start === "random" ? asked : asked.filter((turn) => turn > 1));
  });
  return new Set([...(first ?? [])].filter((turn) => others.every((turns) => turns.has(turn))));
}

/** A letter of an answer that could be read, right or not. */
export function isReadable(code: number): boolean {
  return "RrWw".includes(String.fromCharCode(code));
}

/** What ended a rollout alone; null: nothing did, or a stop of the whole run. */
function cutOf(end: RolloutEnd | null): RolloutCut | null {
  if (end === "context_full") return "context_full";
  return end === "engine_error" || end === "timeout" ? "fault" : null;
}
