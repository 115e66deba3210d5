import { UsageError } from "../errors.ts";
import { promptHashOf, wordingOf } from "../settings/wording.ts";
import { givenInstances } from "../runs/given-dataset.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import type { StoredTurn } from "../store/stored-rows.ts";
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
  const { settings, seed } = run;
  const task = taskOf(run, "show");
  const parser = parserOf(recordedBy(run));
  if (parser === null || promptHashOf(run) !== run.promptHash)
    throw new UsageError(
      `run ${run.id}: its wording is that of Longhaul ${run.versions["longhaul"] ?? "unknown"}, which alone can tell its prompts.`,
    );
  const instance = givenOrDrawn(givenInstances(database, run, task), task, settings, seed, rollout);
  const opening = openingOf(task, wordingOf(run), instance);
  const replay = replayOf(database, run, task);
  const asked: AskedTurn[] = [];
  for (const { judged, messages } of playAgain(replay, rollout, instance, turns, parser, opening)) {
    const turn = judged[0]?.turn;
    if (turn === undefined) continue;
    if (turn.turn > lastTurn) break;
    asked.push({ turn, messages: messages() });
  }
  return asked;
}
