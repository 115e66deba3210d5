import { addition } from "./addition.ts";
import { dictSum } from "./dict-sum.ts";
import { matrix, matrixUnbounded } from "./matrix.ts";
import { prefixSum } from "./prefix-sum.ts";
import { retrieval } from "./retrieval.ts";
import type { Task, TaskName } from "./task.ts";

/** Every task there is. A new one is one file and one line here. */
export const tasks: Readonly<Record<TaskName, Task>> = {
  "dict-sum": dictSum,
  retrieval,
  addition,
  "prefix-sum": prefixSum,
  matrix,
  "matrix-unbounded": matrixUnbounded,
};
