import { counted, listed } from "../words.ts";

/** Rows that were asked different things stand in one table. @param reason the differences, listed */
export function differentSettingsNote(reason: string): string {
  return `measured under different settings: ${reason}.`;
}

/** Runs that asked a model the same again. @param left runs that are not counted @param kept the one that is */
export function repeatedNote(left: readonly string[], kept: string): string {
  return `${left.length === 1 ? "run" : "runs"} ${listed(left)} left out: the same model, settings and seed as run ${kept}.`;
}

/** Runs of the file that nobody named and that do not stand beside the newest. */
export function leftOutNote(runs: number): string {
  return `${counted(runs, "run")} of other settings, engines or without an answer left out; name runs to choose them.`;
}
