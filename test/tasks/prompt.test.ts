import { describe, expect, it } from "vitest";
import { readAnswer } from "../../src/tasks/answer.ts";
import { tasks } from "../../src/tasks/index.ts";
import { createInstance } from "../../src/tasks/instance.ts";
import { hashPrompt, systemMessage } from "../../src/tasks/prompt.ts";
import { promptForms } from "../../src/tasks/task.ts";
import { taskSettings } from "./builders.ts";

function dictionaryIn(text: string): Map<string, number> {
  return new Map(
    [...text.matchAll(/^([a-z]+): (-?\d+)$/gm)].map(([, key = "", value = ""]) => [key, Number(value)]),
  );
}

describe("prompts", () => {
  it("show worked examples that are right, for every task, turn size and form", () => {
    for (const task of Object.values(tasks)) {
      for (const keysPerTurn of task.takesManyKeys ? [1, 2, 3, 10] : [1]) {
        for (const prompt of promptForms) {
          const head = task.head(taskSettings({ keysPerTurn, shots: 6, prompt }), task.neutral);
          const toy = new Map(
            [...head.matchAll(/^([a-z]+): (-?\d.*)$/gm)].map(([, key = "", value = ""]) => [
              key,
              task.parse(value) ?? Number.NaN,
            ]),
          );
          const examples = [...head.matchAll(/User: (.*)\nAssistant: (.*)\n/g)];
          expect(examples).toHaveLength(6);
          let state = task.neutral;
          for (const [, asked = "", said = ""] of examples) {
            const keys = asked.replace("?", "").split(/, | \+ /);
            expect(keys).toHaveLength(task.name === "addition" ? 2 : keysPerTurn);
            const values = keys.map(
              (key) => (task.usesDictionary ? toy.get(key) : Number(key)) ?? Number.NaN,
            );
            const value = values.reduce((total, one) => task.combine(total, one), task.neutral);
            state = task.stateful ? task.combine(state, value) : value;
            expect(readAnswer(said, false, task.parse).answer, head).toBe(state);
            expect(said.startsWith("<answer>")).toBe(prompt === "direct");
          }
        }
      }
    }
  });

  it("hold the rollout's dictionary and nothing of its answers", () => {
    const settings = taskSettings({ shots: 0 });
    const instance = createInstance(tasks["dict-sum"], settings, 9, 0);
    const message = systemMessage(tasks["dict-sum"], settings, instance);
    expect([...dictionaryIn(message)]).toEqual(instance.dictionary.map(({ key, value }) => [key, value]));
    expect(message).not.toContain("Example");
  });

  it("have a hash that follows the wording, not the seed", () => {
    const hash = (overrides: object) => hashPrompt(tasks["dict-sum"], taskSettings(overrides));
    expect(hash({})).toBe(hash({}));
    expect(hash({ shots: 3 })).not.toBe(hash({}));
    expect(hashPrompt(tasks.retrieval, taskSettings())).not.toBe(hash({}));
  });

  it("are worded as the shipped models were trained", () => {
    expect(tasks["dict-sum"].head(taskSettings(), 0)).toMatchInlineSnapshot(`
      "You keep a running total that starts at 0. A dictionary gives every word an integer value.
      Each message from the user is one word. Look up its value and add it to the total.
      Reply with the new total between answer tags and with nothing else.
      Example with another dictionary:
      amber: 6
      coral: -14
      ivory: 31
      mauve: -8
      olive: 3
      User: olive
      Assistant: <answer>3</answer>
      User: amber
      Assistant: <answer>9</answer>
      User: mauve
      Assistant: <answer>1</answer>
      User: amber
      Assistant: <answer>7</answer>
      End of the example.
      The total is 0 now. The dictionary:
      "
    `);
    expect(tasks.retrieval.head(taskSettings(), 0)).toMatchInlineSnapshot(`
      "A dictionary gives every word an integer value.
      Each message from the user asks for one word. Look up its value.
      Reply with the value between answer tags and with nothing else.
      Example with another dictionary:
      amber: 6
      coral: -14
      ivory: 31
      mauve: -8
      olive: 3
      User: olive?
      Assistant: <answer>3</answer>
      User: amber?
      Assistant: <answer>6</answer>
      User: mauve?
      Assistant: <answer>-8</answer>
      User: amber?
      Assistant: <answer>6</answer>
      End of the example.
      The dictionary:
      "
    `);
  });
});
