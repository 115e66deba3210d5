import { counted, listed, reasonText } from "../words/words.ts";

/** Rows that were asked different things stand in one table. @param reason the differences, listed */
export function differentSettingsNote(reason: string): string {
  return `measured under different settings: ${reason}.`;
}

/** A run as these notes name it. */
interface NamedRun {
  readonly id: string;
  readonly run: {
    readonly settings: { readonly turns: number };
    readonly status: string;
  };
}

/** Rollouts whose instances other rollouts of the same model and setting played, too: which ones do not count. */
export function repeatedNote(
  left: readonly (NamedRun & {
    readonly rollouts: number;
    readonly begun: number;
    readonly planned: number;
  })[],
): string {
  const parts = left.map(({ id, run, rollouts, begun, planned }) => {
    const size = `${planned} x ${run.settings.turns}, ${run.status}`;
    return rollouts === begun ? `run ${id} (${size})` : `${rollouts} rollouts of run ${id} (${size})`;
  });
  return `each instance counts once, by the rollout that was let go furthest; left out as repetitions: ${listed(parts)}.`;
}

/** The newest run of a model answered nothing, so that what is shown is older. */
export function failedNote(
  label: string,
  { id, error }: { readonly id: string; readonly error: string | null },
): string {
  return `the newest run of ${label}, run ${id}, failed${reasonText(error)}: its figures are of older runs.`;
}

/** Rollouts of a row that the context ended, not the model. @param tokens of a conversation; null: not known */
export function fullContextNote(
  label: string,
  { full, begun, tokens }: { readonly full: number; readonly begun: number; readonly tokens: number | null },
): string {
  const context = tokens === null ? "its context" : `the context of ${counted(tokens, "token")}`;
  return `${full} of ${counted(begun, "rollout")} of ${label} ended with ${context} full.`;
}

/** Runs that would stand beside the newest, had one parser judged all. @param command that makes it do so */
export function judgedOtherwiseNote({
  runs,
  command,
}: {
  readonly runs: number;
  readonly command: string;
}): string {
  return `${counted(runs, "run")} left out: judged by another parser. To have all judged alike: ${command}`;
}

/** Runs of the file that nobody named and that do not stand beside the newest. */
export function leftOutNote(runs: number): string {
  return `${counted(runs, "run")} left out: of other settings, engines or suites, or without an answer; name runs to choose them.`;
}

/**
 * @param rows those whose runs took their time under several settings, with these settings
 * @param where the table that has each of them
 */
export function unlikeSpeedsNote(
  rows: readonly string[],
  where: "--metric speed" | "How fast" | "the speed table",
): string {
  return `speeds under unlike settings are not put together: ${listed(rows)}; ${where} has a line for each.`;
}

/** So much is to be known of the speeds of many rows that it stands with these alone. */
export function manySpeedNotes(notes: number): string {
  return `there is more to know of these speeds (what disturbed them, slower machines, what more conversations change): --metric speed has ${counted(notes, "note")} on it.`;
}
