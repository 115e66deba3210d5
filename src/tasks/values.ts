import type { Entry, InstanceTurn, Instance, Task } from "./task.ts";

/** What each key is worth, by the dictionary or by itself. */
export function valuesOf(task: Task, dictionary: readonly Entry[]): (key: string) => number {
  const values = new Map(dictionary.map(({ key, value }) => [key, value]));
  return task.usesDictionary ? (key) => values.get(key) ?? task.neutral : (key) => task.valueOf(key);
}

/** What these keys come to, turn by turn. */
export function follow(
  task: Task,
  dictionary: Instance["dictionary"],
  asked: readonly (readonly string[])[],
  start: number,
): InstanceTurn[] {
  const valueOf = valuesOf(task, dictionary);
  let state = start;
  return asked.map((keys) => {
    const value = keys.reduce((total, key) => task.combine(total, valueOf(key)), task.neutral);
    state = task.stateful ? task.combine(state, value) : value;
    return { keys, value, truth: state };
  });
}
