import type { PlayedRollout } from "../../metrics/played-rollout.ts";
import type { RunSummary } from "../schema.ts";

/** What stands beside others: one run, or several alike that were put together. */
export interface Contender {
  readonly label: string;
  readonly status: RunSummary["status"];
  readonly engine: RunSummary["engine"];
  /** Turns that a rollout was meant to have. */
  readonly turns: number;
  readonly played: readonly PlayedRollout[];
  readonly turnAccuracy: RunSummary["turnAccuracy"];
  readonly overallTurnAccuracy: RunSummary["overallTurnAccuracy"];
  readonly taskAccuracy: RunSummary["taskAccuracy"];
  readonly horizons: RunSummary["horizons"];
  readonly settings: RunSummary["settings"];
}

/** A contender made of a summary and its rollouts. */
export function contenderOf(
  label: string,
  summary: Omit<Contender, "label" | "turns" | "played">,
  played: readonly PlayedRollout[],
): Contender {
  const { status, engine, turnAccuracy, overallTurnAccuracy, taskAccuracy, horizons, settings } = summary;
  return {
    label,
    status,
    engine,
    turns: settings.turns,
    played,
    turnAccuracy,
    overallTurnAccuracy,
    taskAccuracy,
    horizons,
    settings,
  };
}

/** Whether any rollout finished a turn. */
export function isMeasured({ played }: Contender): boolean {
  return played.some(({ lastTurn }) => lastTurn > 0);
}

/** The last turn at which the share without an error is known. */
export function lastTurnOf(contender: Contender): number {
  return horizonAt(contender, 0.5).lastTurn;
}

/** @throws Error for a threshold that no summary holds */
export function horizonAt({ horizons, label }: Contender, s: number): RunSummary["horizons"][number] {
  const found = horizons.find((horizon) => horizon.s === s);
  if (found === undefined) throw new Error(`${label} has no H${s * 100}`);
  return found;
}
