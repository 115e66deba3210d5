import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { type RolloutFacts, rolloutFacts, type WrongTurn, wrongTurns } from "../store/wrong-turns.ts";
import { shownNumbers } from "./shown-numbers.ts";

/** A wrong number, and what it is explained from. */
export interface WrongNumber extends WrongTurn {
  readonly dictionary: RolloutFacts["dictionary"];
  /** Numbers that its history showed, newest first. */
  readonly shown: readonly number[];
}

/** Wrong numbers of a run: the first ones, at most {@link wrongNumbersAtMost}, in the order of rollouts and turns. */
export type WrongNumbers = readonly WrongNumber[];

/** Further wrong numbers of a run are counted, not explained. */
export const wrongNumbersAtMost = 2_000;

/** The first wrong numbers of a run by themselves, which tell how large its errors are. */
export function firstWrongTurns(database: Database, { id }: Pick<RunRecord, "id">): WrongTurn[] {
  return wrongTurns(database, id, wrongNumbersAtMost);
}

/** @param rollout of this one only, and all of them; null: the first ones of the run */
export function readWrongNumbers(
  database: Database,
  { id, settings }: Pick<RunRecord, "id" | "settings">,
  rollout: number | null = null,
): WrongNumbers {
  const all = -1;
  const turns = rollout === null ? firstWrongTurns(database, { id }) : wrongTurns(database, id, all, rollout);
  const read = rolloutFacts(database, id);
  // They come rollout by rollout, so that the facts of one are enough at a time.
  let known: { readonly rollout: number; readonly facts: RolloutFacts } | null = null;
  return turns.map((turn) => {
    if (known?.rollout !== turn.rollout) known = { rollout: turn.rollout, facts: read(turn.rollout) };
    const { facts } = known;
    return { ...turn, dictionary: facts.dictionary, shown: shownNumbers(settings, turn, facts) };
  });
}
