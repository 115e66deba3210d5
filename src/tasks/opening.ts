import { sha256Of } from "../sha256.ts";
import { renderDictionary, workedExamples } from "./examples.ts";
import { givenOrDrawn } from "./instance.ts";
import { valuesOf } from "./values.ts";
import { renderAnswer, renderReply } from "./prompt.ts";
import type { Instance, PromptForm, ShotForm, Task, TaskSettings } from "./task.ts";
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
  const shown: OpeningMessage[] =
    wording.shotsAs === "turns" && wording.shots > 0
      ? asTurns(task, wording, instance)
      : [{ role: "system", content: asText(task, wording, instance) }];
  return [...shown, ...burnInOf(task, wording, instance)];
}

/** The turns that are answered before the first question. */
function burnInOf(task: Task, { prompt }: Wording, { dictionary, before }: Instance): OpeningMessage[] {
  const valueOf = valuesOf(task, dictionary);
  let state = before?.start ?? task.neutral;
  return (before?.turns ?? []).flatMap(({ keys, truth }) => {
    const entries = keys.map((key) => ({ key, value: valueOf(key) }));
    const reply = renderReply(task, prompt, state, entries, truth);
    state = truth;
    return exchange({ question: task.question(keys), reply });
  });
}

function exchange({ question, reply }: { question: string; reply: string }): OpeningMessage[] {
  return [
    { role: "user", content: question },
    { role: "assistant", content: reply },
  ];
}

/** The state that a conversation's list begins with. */
function startOf(task: Task, { before, start = task.neutral }: Instance): number {
  return before?.start ?? start;
}

function asText(task: Task, wording: Wording, instance: Instance): string {
  const reminder = wording.shotsAs === "paper" ? reminders[wording.prompt] : "";
  return textHead(task, wording) + listOf(task, instance) + reminder;
}

/** What the paper's prompt says once more behind the dictionary. */
const reminders: Readonly<Record<PromptForm, string>> = {
  direct: "Remember: a reply is the answer between answer tags, with nothing before or behind them.\n",
  cot: "Remember: a reply ends with the answer between answer tags.\n",
  verify: "Remember: a reply ends with the answer between answer tags.\n",
};

function listOf(task: Task, instance: Instance): string {
  return task.begin(startOf(task, instance)) + renderDictionary(task, instance.dictionary);
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
function asTurns(task: Task, wording: Wording, instance: Instance): OpeningMessage[] {
  const { dictionary, turns } = workedExamples(task, wording);
  return [
    { role: "system", content: task.instructions(wording) + listOf(task, { dictionary, turns: [] }) },
    ...turns.flatMap(exchange),
    ...ownList(task, wording, instance),
  ];
}

/**
 * The rollout's own list; nothing for a task that has none. It is answered in the form that is wanted, by the state that
 * it starts from or, where there is no state, by the value of its first entry: of a plain "OK" small models go on with that.
 */
function ownList(task: Task, { prompt }: Wording, instance: Instance): OpeningMessage[] {
  const list = listOf(task, instance).trimEnd();
  if (list === "") return [];
  const another = task.usesDictionary ? "A new list begins, with another dictionary." : "A new list begins.";
  const [first] = instance.dictionary;
  if (task.stateful || first === undefined)
    return exchange({ question: `${another} ${list}`, reply: renderAnswer(task, startOf(task, instance)) });
  return exchange({
    question: `${another} ${list}\n\n${task.question([first.key])}`,
    reply: renderReply(task, prompt, task.neutral, [first], first.value),
  });
}

/** SHA-256 of {@link promptText}. */
export function hashPrompt(task: Task, wording: Wording): string {
  return sha256Of(promptText(task, wording));
}

/** The wording as JSON: system message and first question of a fixed instance, so that seeds do not change it. */
export function promptText(task: Task, wording: Wording): string {
  // A data set's dictionary can be larger than our list of words, and the wording does not depend on it.
  const dictionarySize = Math.min(wording.dictionarySize, words.length);
  const instance = givenOrDrawn(null, task, { ...wording, dictionarySize }, 0, 0);
  const first = task.question(instance.turns[0]?.keys ?? []);
  return JSON.stringify([...openingOf(task, wording, instance).map(({ content }) => content), first]);
}
