import { counted, listed } from "../words/words.ts";

/** Kinds of machine, by those parts alone in which they differ. */
export interface ToldKinds {
  /** "CPU", "cores" */
  readonly apartBy: readonly string[];
  /** One for each kind. */
  readonly kinds: readonly string[];
}

/** So many kinds, runs or rows are named, and the rest counted. */
const namedAtMost = 5;

/** That the rollouts of a row were played on several kinds of machine. */
export function machineKindsNote({ apartBy, kinds }: ToldKinds): string {
  const told = kinds.slice(0, namedAtMost);
  const untold = kinds.length - told.length;
  const named = [...told, ...(untold === 0 ? [] : [`${untold.toLocaleString("en")} more`])];
  return `played on ${kinds.length} kinds of machine, told apart by ${listed(apartBy)}: ${named.join("; ")}. Their answers count together, their speeds do not.`;
}

/** That the times of runs are of no one machine. @param runs each with its kinds, in the order in which it was played on them */
export function movedRunsNote(runs: readonly { readonly id: string; readonly kinds: string }[]): string {
  const told = runs.slice(0, namedAtMost).map(({ id, kinds }) => `run ${id} (${kinds})`);
  const untold = runs.length - told.length;
  const named = listed([...told, ...(untold === 0 ? [] : [`${untold.toLocaleString("en")} more`])]);
  return `${named} ${runs.length === 1 ? "was" : "were"} continued on another kind of machine: such times tell no speed.`;
}

/** That rows stand side by side whose speeds do not. @param rows by the kind of machine that they were played on */
export function speedsApartNote(
  rows: readonly { readonly kind: string; readonly labels: readonly string[] }[],
): string {
  const told = rows.map(
    ({ kind, labels }) =>
      `${labels.length > namedAtMost ? counted(labels.length, "row") : listed(labels)} on ${kind}`,
  );
  return `speeds can be compared within one kind of machine only: ${told.join("; ")}.`;
}
