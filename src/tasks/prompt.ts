import { sha256Of } from "../sha256.ts";
import { Random } from "../random.ts";
import { createInstance, valuesOf } from "./instance.ts";
import type { Entry, Instance, PromptForm, Task, TaskSettings } from "./task.ts";
import { words } from "./words.ts";

/** The whole system message: the head that all rollouts share, then this rollout's dictionary, an entry a line. */
export function systemMessage(task: Task, settings: TaskSettings, instance: Instance): string {
  return task.head(settings, instance.start ?? task.neutral) + renderDictionary(task, instance.dictionary);
}

/** An answer as the instructions ask for it. */
export function renderAnswer(task: Task, answer: number): string {
  return `<answer>${task.render(answer)}</answer>`;
}

/**
 * A whole reply as the instructions ask for it: the answer alone, or reasoning that leads to it before. A wrong answer
 * gets reasoning that leads to that.
 *
 * @param state what the conversation showed before
 */
export function renderReply(
  task: Task,
  prompt: PromptForm,
  state: number,
  entries: readonly Entry[],
  answer: number,
): string {
  const reply = renderAnswer(task, answer);
  if (prompt === "direct") return reply;
  const reasoning = task.explain(state, entries, answer);
  const checked =
    prompt === "verify" && task.stateful ? `The last answer, ${task.render(state)}, is right. ` : "";
  return `${checked}${reasoning} ${reply}`;
}

/** How the instructions ask for the answer. @param what what stands in the tags @param noun what it is called in short */
export function replyLine(prompt: PromptForm, what: string, noun: string): string {
  if (prompt === "direct") return `Reply with ${what} between answer tags and with nothing else.\n`;
  const check =
    prompt === "verify"
      ? `First check your last ${noun}: work it out again from the beginning, and go on from the corrected one if it was wrong. `
      : "";
  return `${check}Think step by step in words, then end your reply with ${what} between answer tags.\n`;
}

/** SHA-256 of {@link promptText}. */
export function hashPrompt(task: Task, settings: TaskSettings): string {
  return sha256Of(promptText(task, settings));
}

/** The wording under these settings as JSON: system message and first question of a fixed instance, so that seeds do not change it. */
export function promptText(task: Task, settings: TaskSettings): string {
  // A data set's dictionary can be larger than our list of words, and the wording does not depend on it.
  const dictionarySize = Math.min(settings.dictionarySize, words.length);
  const instance = createInstance(task, { ...settings, dictionarySize }, 0, 0);
  const first = task.question(instance.turns[0]?.keys ?? []);
  return JSON.stringify([systemMessage(task, settings, instance), first]);
}

const toyKeys = ["amber", "coral", "ivory", "mauve", "olive"];
const toyValues: Readonly<Record<Task["answerForm"], readonly string[]>> = {
  integer: ["6", "-14", "31", "-8", "3"],
  matrix: ["1, 2, 0, 1", "2, 0, 1, 1", "0, 1, 1, 0", "1, 1, 0, 2", "3, 0, 0, 1"],
};

/** The worked examples' own little dictionary. */
function toyDictionary(task: Task): Entry[] {
  if (!task.usesDictionary) return [];
  const values = toyValues[task.answerForm];
  return toyKeys.map((key, index) => ({ key, value: task.parse(values[index] ?? "") ?? task.neutral }));
}

/**
 * Worked examples on a toy dictionary, or an empty text without shots. They come from the task itself, so an
 * example cannot be wrong; test/tasks/prompt.test.ts recomputes every one.
 */
export function renderExamples(task: Task, settings: TaskSettings): string {
  if (settings.shots === 0) return "";
  const random = new Random(0, "examples", settings.keysPerTurn);
  const dictionary = toyDictionary(task);
  const keys = dictionary.map(({ key }) => key);
  const valueOf = valuesOf(task, dictionary);
  let state = task.neutral;
  let lines = "";
  for (let shot = 0; shot < settings.shots; shot++) {
    const asked = task.drawKeys(random, keys, settings);
    const entries = asked.map((key) => ({ key, value: valueOf(key) }));
    const value = entries.reduce((total, entry) => task.combine(total, entry.value), task.neutral);
    const answer = task.stateful ? task.combine(state, value) : value;
    lines += `User: ${task.question(asked)}\nAssistant: ${renderReply(task, settings.prompt, state, entries, answer)}\n`;
    state = answer;
  }
  const title = task.usesDictionary ? "Example with another dictionary:\n" : "Example:\n";
  return `${title}${renderDictionary(task, dictionary)}${lines}End of the example.\n`;
}

function renderDictionary(task: Task, dictionary: readonly Entry[]): string {
  return dictionary.map(({ key, value }) => `${key}: ${task.render(value)}\n`).join("");
}
