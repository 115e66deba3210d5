import { counted, listed } from "../words.ts";

/** Rows that were asked different things stand in one table. @param reason the differences, listed */
export function differentSettingsNote(reason: string): string {
  return `measured under different settings: ${reason}.`;
}

/** Rollouts whose instances other rollouts of the same model and setting played, too: which ones do not count. */
export function repeatedNote(left: readonly Repeated[]): string {
  const parts = left.map(({ id, run, rollouts, begun }) => {
    const size = `${run.settings.rollouts} x ${run.settings.turns}, ${run.status}`;
    const part = rollouts === begun ? "all" : String(rollouts);
    return `${part} of run ${id} (${size})`;
  });
  return `counted once, by the rollout that was meant to go furthest; repetitions left out: ${listed(parts)}.`;
}

interface Repeated {
  readonly id: string;
  readonly run: {
    readonly settings: { readonly rollouts: number; readonly turns: number };
    readonly status: string;
  };
  readonly rollouts: number;
  readonly begun: number;
}

/** Runs of the file that nobody named and that do not stand beside the newest. */
export function leftOutNote(runs: number): string {
  return `${counted(runs, "run")} of other settings, engines or without an answer left out; name runs to choose them.`;
}

/**
 * @param rows those whose runs took their time under several settings, with these settings
 * @param where the table that has each of them
 */
export function unlikeSpeedsNote(rows: readonly string[], where: "--metric speed" | "How fast"): string {
  return `speeds had unlike are not put together: ${listed(rows)}; ${where} has a line for each.`;
}
