import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { type RolloutFacts, rolloutFacts, type WrongTurn, wrongTurns } from "../store/wrong-turns.ts";

/** Wrong numbers of a run, and what they are explained from. */
export interface WrongNumbers {
  /** The first ones, at most {@link wrongNumbersAtMost}, in the order of rollouts and turns. */
  readonly turns: readonly WrongTurn[];
  readonly factsOf: ReadonlyMap<number, RolloutFacts>;
}

/** More than this many tell no more. */
export const wrongNumbersAtMost = 2_000;

/** @param rollout of this one only, and all of them; null: the first ones of the run */
export function readWrongNumbers(
  database: Database,
  { id }: Pick<RunRecord, "id">,
  rollout: number | null = null,
): WrongNumbers {
  const all = -1;
  const turns = wrongTurns(database, id, rollout === null ? wrongNumbersAtMost : all, rollout);
  const read = rolloutFacts(database, id);
  const rollouts = new Set(turns.map((turn) => turn.rollout));
  return { turns, factsOf: new Map([...rollouts].map((one) => [one, read(one)])) };
}
