import { createHash } from "node:crypto";
import { Random } from "../random.ts";
import { createInstance } from "./instance.ts";
import type { Entry, Instance, Task, TaskSettings } from "./task.ts";
import { words } from "./words.ts";

/** The whole system message: the head that all rollouts share, then this rollout's dictionary, an entry a line. */
export function systemMessage(task: Task, settings: TaskSettings, instance: Instance): string {
  return task.head(settings) + renderDictionary(instance.dictionary);
}

/** An answer as the instructions ask for it. */
export function renderAnswer(total: number): string {
  return `<answer>${total}</answer>`;
}

/** SHA-256 of the wording under these settings, taken on a fixed instance so that seeds do not change it. */
export function hashPrompt(task: Task, settings: TaskSettings): string {
  // A data set's dictionary can be larger than our list of words, and the wording does not depend on it.
  const dictionarySize = Math.min(settings.dictionarySize, words.length);
  const instance = createInstance(task, { ...settings, dictionarySize }, 0, 0);
  const first = task.question(instance.turns[0]?.keys ?? []);
  return createHash("sha256")
    .update(JSON.stringify([systemMessage(task, settings, instance), first]))
    .digest("hex");
}

const toyDictionary: readonly Entry[] = [
  { key: "amber", value: 6 },
  { key: "coral", value: -14 },
  { key: "ivory", value: 31 },
  { key: "mauve", value: -8 },
  { key: "olive", value: 3 },
];

/**
 * Worked examples on a toy dictionary, or an empty text without shots. They come from the task itself, so an
 * example cannot be wrong; test/tasks/prompt.test.ts recomputes every one.
 */
export function renderExamples(task: Task, settings: TaskSettings): string {
  if (settings.shots === 0) return "";
  const random = new Random(0, "examples", settings.keysPerTurn);
  const values = new Map(toyDictionary.map(({ key, value }) => [key, value]));
  let shown = 0;
  let lines = "";
  for (let shot = 0; shot < settings.shots; shot++) {
    const keys = Array.from({ length: settings.keysPerTurn }, () => random.pick([...values.keys()]));
    const value = keys.reduce((sum, key) => sum + (values.get(key) ?? 0), 0);
    shown = task.expected(shown, 0, value);
    lines += `User: ${task.question(keys)}\nAssistant: ${renderAnswer(shown)}\n`;
  }
  return `Example with another dictionary:\n${renderDictionary(toyDictionary)}${lines}End of the example.\n`;
}

function renderDictionary(dictionary: readonly Entry[]): string {
  return dictionary.map(({ key, value }) => `${key}: ${value}\n`).join("");
}
