import { instancesOf } from "../reading/identity.ts";
import type { RunRows } from "../reading/rows.ts";
import { isAsked, isRight } from "./tallies.ts";

export interface Answer {
  readonly isRight: boolean;
  /** As it is stored; "" where none could be read. */
  readonly number: string;
  /** Null: not stored. */
  readonly gap: number | null;
}

export interface AnsweredRollout {
  readonly rollout: number;
  /** The same in every file. */
  readonly instance: string;
  readonly dictionary?: string;
  /** Tokens of its first prompt; null: not told, or not read. */
  readonly firstPrompt: number | null;
  /** By turn, from 1. */
  readonly answers: ReadonlyMap<number, Answer>;
}

/** What the rollouts of these runs answered that count, where answers were read. */
export function answeredRollouts(rows: readonly RunRows[]): AnsweredRollout[] {
  return rows.flatMap(({ run, tracks, answers, firstPrompts, confidence }) => {
    const numbers = new Map((answers ?? []).map((one) => [one.rollout, one.answers.split(",")]));
    const gaps = new Map((confidence ?? []).map(({ rollout, turn, gap }) => [`${rollout} ${turn}`, gap]));
    const instanceOf = instancesOf(run);
    return tracks.map(({ rollout, letters, dictionary }) => {
      const own = numbers.get(rollout) ?? [];
      const asked = Array.from(letters, (letter, index) => [letter.charCodeAt(0), index + 1] as const).filter(
        ([code]) => isAsked(code),
      );
      const byTurn = asked.map(([code, turn], place) => {
        const gap = gaps.get(`${rollout} ${turn}`) ?? null;
        return [turn, { isRight: isRight(code), number: own[place] ?? "", gap }] as const;
      });
      return {
        rollout,
        instance: instanceOf(rollout),
        firstPrompt: firstPrompts?.get(rollout) ?? null,
        ...(dictionary === undefined ? {} : { dictionary }),
        answers: new Map(byTurn),
      };
    });
  });
}
