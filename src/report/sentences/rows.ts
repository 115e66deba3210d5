import { shareText, type SharedInterval } from "../words/numbers.ts";
import { horizonIntervalText, horizonText } from "./horizons.ts";
import type { RunHorizon } from "../../figures/run-schema.ts";
import { counted, listed } from "../words/words.ts";

/** One row alone. */
export interface AloneFigures {
  readonly label: string;
  readonly half: RunHorizon;
}

/** @param runs how many there were */
export function noTurnSentence(runs: number): string {
  if (runs === 0) return "Nothing was run.";
  return runs === 1 ? "The run finished no turn." : "No run finished a turn: there is nothing to compare.";
}

export function noSlipSentence({ label, half }: AloneFigures): string {
  return `${label} did not slip within ${counted(half.lastTurn, "turn")}.`;
}

export function failsAtOnceSentence({ label, half }: AloneFigures): string {
  return `${label} fails at turn 1: fewer than half of its rollouts get even that right${half.high === 1 ? "" : certainty(half)}.`;
}

export function fallsBelowHalfSentence({ label, half }: AloneFigures): string {
  return `${label} has fewer than half of its rollouts without an error from turn ${half.turns} on${certainty(half)}.`;
}

export function keepsHalfSentence({ label, half }: AloneFigures): string {
  return `${label} keeps at least half of its rollouts without an error for all ${counted(half.lastTurn, "turn")}${certainty(half)}.`;
}

/** Too few rollouts are left to say how far it gets. */
export function horizonUnknownSentence({ label, half }: AloneFigures): string {
  return `How far ${label} gets is ${horizonText(half)}, so too few are left to tell.`;
}

/** Turns asked by themselves: how often they were right, and nothing on how far a rollout gets. */
export function probedSentence(label: string, turns: readonly number[], accuracy: SharedInterval): string {
  return `${label} is right in ${shareText(accuracy)} of its answers at ${turns.length === 1 ? "turn" : "turns"} ${listed(turns.map(String))}; asked by themselves, they tell no horizon.`;
}

export function unfinishedSentence(label: string, status: "interrupted" | "running" | "failed"): string {
  const words = {
    interrupted: "was interrupted",
    running: "is still going on",
    failed: "failed before its end",
  };
  return `${label} ${words[status]} and counts as far as it came.`;
}

export function leftOutSentence(label: string, status: string): string {
  return `${label} ${status === "failed" ? "failed" : "finished no turn"} and is left out.`;
}

function certainty(half: RunHorizon): string {
  const interval = horizonIntervalText(half);
  return interval === null ? "" : ` (95 % interval ${interval})`;
}
