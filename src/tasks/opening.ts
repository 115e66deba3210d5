import { sha256Of } from "../sha256.ts";
import { renderDictionary, workedExamples } from "./examples.ts";
import { createInstance } from "./instance.ts";
import { renderAnswer } from "./prompt.ts";
import type { Instance, ShotForm, Task, TaskSettings } from "./task.ts";
import { words } from "./words.ts";

/** What stands before the first question: instructions, worked examples, the dictionary. */
export interface OpeningMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** How a task is worded: its settings, the form of the examples decided. */
export type Wording = TaskSettings & { readonly shotsAs: ShotForm };

/**
 * All that a conversation begins with. What is the rollout's own, its dictionary and the state that it starts from, comes
 * last, so that rollouts share what is before.
 */
export function openingOf(task: Task, wording: Wording, instance: Instance): OpeningMessage[] {
  const list =
    task.begin(instance.start ?? task.neutral) + renderDictionary(task, instance.dictionary);
  return wording.shotsAs === "turns" && wording.shots > 0
    ? asTurns(task, wording, list)
    : [{ role: "system", content: asText(task, wording, list) }];
}

function asText(task: Task, wording: Wording, list: string): string {
  const reminder = wording.shotsAs === "paper" ? reminderOf(task, wording) : "";
  return textHead(task, wording) + list + reminder;
}

/** Instructions and worked examples as one text: what the system messages of all rollouts begin with. */
export function textHead(task: Task, settings: TaskSettings): string {
  const { dictionary, turns } = workedExamples(task, settings);
  if (turns.length === 0) return task.instructions(settings);
  const title = task.usesDictionary ? "Example with another dictionary:\n" : "Example:\n";
  const lines = turns.map(({ question, reply }) => `User: ${question}\nAssistant: ${reply}\n`).join("");
  return `${task.instructions(settings)}${title}${renderDictionary(task, dictionary)}${lines}End of the example.\n`;
}

/** The examples are played on their own list; the real one comes as a message, which any history keeps in view. */
function asTurns(task: Task, wording: Wording, list: string): OpeningMessage[] {
  const { dictionary, turns } = workedExamples(task, wording);
  const toy = task.begin(task.neutral) + renderDictionary(task, dictionary);
  return [
    { role: "system", content: task.instructions(wording) + toy },
    ...turns.flatMap(({ question, reply }) => [
      { role: "user" as const, content: question },
      { role: "assistant" as const, content: reply },
    ]),
  ];
}

/** SHA-256 of {@link promptText}. */
export function hashPrompt(task: Task, wording: Wording): string {
  return sha256Of(promptText(task, wording));
}

/** The wording as JSON: system message and first question of a fixed instance, so that seeds do not change it. */
export function promptText(task: Task, wording: Wording): string {
  // A data set's dictionary can be larger than our list of words, and the wording does not depend on it.
  const dictionarySize = Math.min(wording.dictionarySize, words.length);
  const instance = createInstance(task, { ...wording, dictionarySize }, 0, 0);
  const first = task.question(instance.turns[0]?.keys ?? []);
  return JSON.stringify([...openingOf(task, wording, instance).map(({ content }) => content), first]);
}
