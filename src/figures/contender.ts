import type { PlayedRollout } from "../metrics/played-rollout.ts";
import { isThinking } from "../reading/is-thinking.ts";
import { playedRollouts, type RunRows } from "../reading/rows.ts";
import { historyFacts, isGivenHistory } from "../settings/stored.ts";
import type { RunSummary } from "./run-schema.ts";

/** What is compared with others: one run, or several under one setting taken together. */
export interface Contender {
  readonly label: string;
  readonly status: RunSummary["status"];
  readonly engine: RunSummary["engine"];
  /** Turns that a rollout was meant to have. */
  readonly turns: number;
  readonly played: readonly PlayedRollout[];
  /** What its turns are read from, run by run. */
  readonly rows: readonly RunRows[];
  readonly turnAccuracy: RunSummary["turnAccuracy"];
  readonly overallTurnAccuracy: RunSummary["overallTurnAccuracy"];
  readonly taskAccuracy: RunSummary["taskAccuracy"];
  readonly horizons: RunSummary["horizons"];
  readonly floor: RunSummary["floor"];
  readonly coldStart: RunSummary["coldStart"];
  readonly improvement: RunSummary["improvement"];
  readonly mainSlip: RunSummary["mainSlip"];
  readonly settings: RunSummary["settings"];
}

/** A contender made of a summary and its rollouts. */
export function contenderOf(
  label: string,
  summary: Omit<Contender, "label" | "turns" | "played" | "rows">,
  rows: readonly RunRows[],
  played = samplesOf(rows),
): Contender {
  const { status, engine, turnAccuracy, overallTurnAccuracy, taskAccuracy, horizons, settings } = summary;
  const { floor, coldStart, improvement, mainSlip } = summary;
  return {
    label,
    status,
    engine,
    turns: Math.max(settings.turns, ...rows.map(({ run }) => run.settings.turns)),
    played,
    rows,
    turnAccuracy,
    overallTurnAccuracy,
    taskAccuracy,
    horizons,
    floor,
    coldStart,
    improvement,
    mainSlip,
    settings,
  };
}

/**
 * The rollouts of all runs, ordered by instance, so that random draws from them never depend on the order of the
 * runs.
 */
export function samplesOf(rows: readonly RunRows[]): PlayedRollout[] {
  return rows
    .flatMap(playedRollouts)
    .toSorted((left, right) =>
      left.instance < right.instance ? -1 : left.instance > right.instance ? 1 : 0,
    );
}

/** Whether any rollout finished a turn. */
export function isMeasured({ played }: Contender): boolean {
  return played.some(({ lastTurn }) => lastTurn > 0);
}

/**
 * Whether its history shows nothing but the model's own answers until one is wrong. Healed histories leave out
 * reasoning, so only without it are they the same.
 */
export function isOwnUntilError({ settings, rows }: Contender): boolean {
  const { history, prompt } = settings;
  const isSilent = prompt === "direct" && !rows.some(({ run }) => isThinking(run));
  return isSilent && historyFacts(history)?.isOwnUntilError === true;
}

/** Whether its history is the same whatever it answers, and it was asked every turn. */
export function isGivenToTheEnd({ settings }: Contender): boolean {
  return isGivenHistory(settings);
}

/** The last turn at which the share without an error can be read. */
export function lastTurnOf(contender: Contender): number {
  return horizonAt(contender, 0.5).lastTurn;
}

/** @throws Error for a threshold that no summary holds */
export function horizonAt({ horizons, label }: Contender, s: number): RunSummary["horizons"][number] {
  const found = horizons.find((horizon) => horizon.s === s);
  if (found === undefined) throw new Error(`${label} has no H${s * 100}`);
  return found;
}
