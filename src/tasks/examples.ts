import { Random } from "../random.ts";
import { valuesOf } from "./values.ts";
import { renderReply } from "./prompt.ts";
import type { Entry, Task, TaskSettings } from "./task.ts";

/** Worked example turns on a little dictionary of their own. */
export interface Examples {
  readonly dictionary: readonly Entry[];
  readonly turns: readonly { readonly question: string; readonly reply: string }[];
  /** The state behind the last of them. */
  readonly last: number;
}

const toyKeys = ["amber", "coral", "ivory", "mauve", "olive"];
const toyValues: Readonly<Record<Task["answerForm"], readonly string[]>> = {
  integer: ["6", "-14", "31", "-8", "3"],
  matrix: ["1, 2, 0, 1", "2, 0, 1, 1", "0, 1, 1, 0", "1, 1, 0, 2", "3, 0, 0, 1"],
};

/**
 * As many as the settings want, from the neutral state on. They come from the task itself, so an example cannot be wrong;
 * test/tasks/opening.test.ts recomputes every one.
 */
export function workedExamples(task: Task, settings: TaskSettings): Examples {
  const random = new Random(0, "examples", settings.keysPerTurn);
  const dictionary = toyDictionary(task);
  const keys = dictionary.map(({ key }) => key);
  const valueOf = valuesOf(task, dictionary);
  let state = task.neutral;
  const turns = Array.from({ length: settings.shots }, () => {
    const asked = task.drawKeys(random, keys, settings);
    const entries = asked.map((key) => ({ key, value: valueOf(key) }));
    const value = entries.reduce((total, entry) => task.combine(total, entry.value), task.neutral);
    const answer = task.stateful ? task.combine(state, value) : value;
    const reply = renderReply(task, settings.prompt, state, entries, answer);
    state = answer;
    return { question: task.question(asked), reply };
  });
  return { dictionary, turns, last: state };
}

function toyDictionary(task: Task): Entry[] {
  if (!task.usesDictionary) return [];
  const values = toyValues[task.answerForm];
  return toyKeys.map((key, index) => ({ key, value: task.parse(values[index] ?? "") ?? task.neutral }));
}

/** An entry a line. */
export function renderDictionary(task: Task, dictionary: readonly Entry[]): string {
  return dictionary.map(({ key, value }) => `${key}: ${task.render(value)}\n`).join("");
}
