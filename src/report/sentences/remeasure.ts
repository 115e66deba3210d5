import { counted } from "../words/words.ts";

/** That no turn of a run was disturbed and not measured again. */
export function nothingToRemeasure(runId: number): string {
  return `run ${runId}: nothing disturbed its turns, or all of them were measured again; nothing is to be done.`;
}

/** That times of turns are newer than their answers. */
export function measuredAgain(turns: number): string {
  return `${counted(turns, "turn")} that something disturbed ${turns === 1 ? "was" : "were"} measured again later; speeds use the newer times`;
}
