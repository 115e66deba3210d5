import { UsageError } from "../errors.ts";
import { promptHashOf, wordingOf } from "../settings/wording.ts";
import { givenInstances } from "../runs/given-dataset.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { type StoredTurn, storedTurns } from "../store/stored-rows.ts";
import { recordedBy } from "../store/verdicts.ts";
import { givenOrDrawn } from "../tasks/instance.ts";
import { parserOf } from "../tasks/parsers.ts";
import { openingOf } from "../tasks/opening.ts";
import { type PlayedAgain, playAgain, replayOf } from "./judge-again.ts";
import { taskOf } from "./task-of.ts";

/** A stored turn, and what was put to the model in it. */
export interface AskedTurn {
  /** The attempt that stands. */
  readonly turn: StoredTurn;
  readonly messages: ReturnType<PlayedAgain["messages"]>;
}

/**
 * The turns of a rollout that were asked, up to the last one.
 *
 * @param turns all that are stored
 * @throws UsageError where this program words tasks otherwise than the one that ran
 */
export function askedAgain(
  database: Database,
  run: RunRecord,
  rollout: number,
  turns: readonly StoredTurn[],
  lastTurn: number,
): AskedTurn[] {
  const asked: AskedTurn[] = [];
  for (const { turn, messages } of turnsAgain(database, run, rollout, turns, "show")) {
    if (turn.turn > lastTurn) break;
    asked.push({ turn, messages: messages() });
  }
  return asked;
}

/** A rollout's first and last prompt, and what the turns that were asked came to. */
export interface Conversation {
  /** None: no turn was finished. */
  readonly first: AskedTurn["messages"];
  readonly last: AskedTurn["messages"];
  /** The attempts that stand. */
  readonly turns: readonly StoredTurn[];
}

/** @throws UsageError where this program words tasks otherwise than the one that ran */
export function conversationAgain(database: Database, run: RunRecord, rollout: number): Conversation {
  const stored = storedTurns(database, run.id, rollout);
  const lastTurn = stored.at(-1)?.turn;
  const turns: StoredTurn[] = [];
  let first: Conversation["first"] = [];
  let last: Conversation["last"] = [];
  for (const { turn, messages } of turnsAgain(database, run, rollout, stored, "export")) {
    if (turns.length === 0) first = messages();
    if (turn.turn === lastTurn) last = messages();
    turns.push(turn);
  }
  return { first, last, turns };
}

/** Prompts are put together only where they are asked for: those of a long rollout are as many tokens as its turns squared. */
function* turnsAgain(
  database: Database,
  run: RunRecord,
  rollout: number,
  turns: readonly StoredTurn[],
  command: string,
): Generator<{ readonly turn: StoredTurn; readonly messages: PlayedAgain["messages"] }> {
  const { settings, seed } = run;
  const task = taskOf(run, command);
  const parser = parserOf(recordedBy(run));
  if (parser === null || promptHashOf(run) !== run.promptHash)
    throw new UsageError(
      `run ${run.id}: its wording is that of Longhaul ${run.versions["longhaul"] ?? "unknown"}, which alone can tell its prompts.`,
    );
  const instance = givenOrDrawn(givenInstances(database, run, task), task, settings, seed, rollout);
  const opening = openingOf(task, wordingOf(run), instance);
  const replay = replayOf(database, run, task);
  for (const { judged, messages } of playAgain(replay, rollout, instance, turns, parser, opening)) {
    const turn = judged[0]?.turn;
    if (turn !== undefined) yield { turn, messages };
  }
}
