import { counted } from "../words/words.ts";

/** What became of the runs of a part. */
export function partMerged(
  part: string,
  runs: {
    readonly added: number;
    readonly known: number;
    readonly continued: number;
    readonly leftOut: number;
  },
): string {
  const { added, known, continued, leftOut } = runs;
  const told = [
    `${counted(added, "run")} new`,
    ...(known === 0 ? [] : [`${known} known`]),
    ...(continued === 0 ? [] : [`${continued} further than before`]),
    ...(leftOut === 0 ? [] : [`${leftOut} left out`]),
  ];
  return `${part}: ${told.join(", ")}`;
}

/** That it is being written. */
export function runGoesOn(run: string): string {
  return `${run} goes on and is left out: merge it again once it has ended`;
}

/** The same of its row in the target. */
export function runHeld(run: string, target: string): string {
  return `${run} goes on in ${target} and stays as it is there`;
}

/** That it is not to come back. */
export function runStaysRemoved(run: string, target: string): string {
  return `${run} was removed from ${target} and is not brought back`;
}

/** That its history would show another run's errors. */
export function replayUnnamed(run: string): string {
  return `${run} shows again the errors of a run that is not in its file, and is left out`;
}

/** What the target holds, and what to do with it. */
export function mergedHolds(target: string, runs: number, turns: number, command: string): string {
  const holds = `${target} holds ${counted(runs, "run")}, ${counted(turns, "turn")}`;
  return runs === 0 ? holds : `${holds}; side by side: ${command}`;
}
