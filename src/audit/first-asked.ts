import { messageOf, UsageError } from "../errors.ts";
import type { FirstAsked } from "../reading/page.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { storedTurns } from "../store/stored-rows.ts";
import { askedAgain } from "./asked-again.ts";

/** A run, and rollouts of it that have a turn. */
interface Played {
  readonly run: RunRecord;
  readonly rollouts: readonly { readonly rollout: number }[];
}

/** Of runs that were worded alike the first that has a turn tells for all, in the order of the runs. */
export function firstAskedOf(database: Database, played: readonly Played[]): FirstAsked[] {
  const told = new Map<string, FirstAsked>();
  for (const { run, rollouts } of played) {
    if (told.has(run.promptHash) || rollouts.length === 0) continue;
    const rollout = Math.min(...rollouts.map((one) => one.rollout));
    told.set(run.promptHash, firstAsked(database, run, rollout));
  }
  return [...told.values()];
}

function firstAsked(database: Database, run: RunRecord, rollout: number): FirstAsked {
  const turns = storedTurns(database, run.id, rollout);
  const turn = turns[0]?.turn ?? 1;
  const { id, name: label, engine } = run;
  const about = { run: id, label, rollout, turn, isTemplated: engine === "llama" };
  try {
    const [asked] = askedAgain(database, run, rollout, turns, turn);
    const messages = asked?.messages.map(({ role, content }) => ({ role, content })) ?? null;
    return { ...about, messages, reason: null };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { ...about, messages: null, reason: messageOf(error) };
  }
}
