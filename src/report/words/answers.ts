import { taskFacts } from "../../settings/stored.ts";

/** What a run was asked for, as far as it names its task. */
export interface Asked {
  readonly task: string;
}

/** How numbers of a task are written: sums as they are, codes of matrices as their entries. */
export function answerText(asked: Asked): (value: number) => string {
  return taskFacts(asked)?.render ?? String;
}
