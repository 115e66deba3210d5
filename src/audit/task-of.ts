import { UsageError } from "../errors.ts";
import type { RunRecord } from "../store/rows.ts";
import { tasks } from "../tasks/index.ts";
import type { Task } from "../tasks/task.ts";

/** The task of a stored run. @throws UsageError naming the command, where this program does not know it */
export function taskOf(run: RunRecord, command: string): Task {
  const task = Object.values(tasks).find(({ name }) => name === run.settings.task);
  if (task !== undefined) return task;
  throw new UsageError(
    `${command} ${run.id}: its task "${run.settings.task}" is not known to this Longhaul. Use the version that ran it.`,
  );
}
