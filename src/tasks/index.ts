import { addition } from "./addition.ts";
import { dictSum } from "./dict-sum.ts";
import { matrix, matrixUnbounded } from "./matrix.ts";
import { prefixSum } from "./prefix-sum.ts";
import { retrieval } from "./retrieval.ts";
import type { Task } from "./task.ts";

/** Every task there is. A new one is one file and one line here. */
const members = {
  "dict-sum": dictSum,
  retrieval,
  addition,
  "prefix-sum": prefixSum,
  matrix,
  "matrix-unbounded": matrixUnbounded,
};

export type TaskName = keyof typeof members;
export const tasks: Readonly<Record<TaskName, Task>> = members;
export const taskNames = Object.keys(members) as TaskName[];
