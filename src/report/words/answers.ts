import { tasks } from "../../tasks/index.ts";
import type { Task } from "../../tasks/task.ts";

/** What a run was asked for, as far as it names its task. */
export interface Asked {
  readonly task: string;
}

/** How numbers of a task are written: sums as they are, codes of matrices as their entries. */
export function answerText(asked: Asked): (value: number) => string {
  return taskOf(asked)?.render ?? String;
}

/** Undefined: this program does not know it. */
export function taskOf({ task }: Asked): Task | undefined {
  return Object.values(tasks).find(({ name }) => name === task);
}
