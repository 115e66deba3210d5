import { describe, expect, it } from "vitest";
import { readAnswer } from "../../src/tasks/answer.ts";
import { tasks } from "../../src/tasks/index.ts";
import { createInstance, givenOrDrawn } from "../../src/tasks/instance.ts";
import {
  hashPrompt,
  type OpeningMessage,
  openingOf,
  textHead,
  type Wording,
} from "../../src/tasks/opening.ts";
import { promptForms, type Task } from "../../src/tasks/task.ts";
import { taskSettings } from "./builders.ts";

const dictSum = tasks["dict-sum"];

function drawnOpening(task: Task, wording: Wording, rollout = 0): OpeningMessage[] {
  return openingOf(task, wording, givenOrDrawn(null, task, wording, 1, rollout));
}

function contentsOf(messages: readonly OpeningMessage[]): string {
  return messages.map(({ content }) => content).join("\n");
}

function dictionaryIn(text: string): Map<string, number> {
  return new Map(
    [...text.matchAll(/^([a-z]+): (-?\d+)$/gm)].map(([, key = "", value = ""]) => [key, Number(value)]),
  );
}

/** Questions with their answers, as a form shows them. */
function exchangesOf(task: Task, wording: Wording): [string, string][] {
  const opening = drawnOpening(task, wording);
  if (wording.shotsAs !== "turns")
    return [...contentsOf(opening).matchAll(/User: (.*)\nAssistant: (.*)\n/g)].map(
      ([, asked = "", said = ""]) => [asked, said],
    );
  const said = opening.slice(1, 1 + 2 * wording.shots).map(({ content }) => content);
  return Array.from({ length: wording.shots }, (_, shot) => [said[2 * shot] ?? "", said[2 * shot + 1] ?? ""]);
}

describe("worked examples", () => {
  it("are right, for every task, turn size, prompt and form", () => {
    for (const task of Object.values(tasks)) {
      for (const keysPerTurn of task.takesManyKeys ? [1, 2, 3, 10] : [1]) {
        for (const prompt of promptForms) {
          for (const shotsAs of ["text", "turns"] as const) {
            const wording = taskSettings({ keysPerTurn, shots: 6, prompt, shotsAs });
            const toy = new Map(
              [...(drawnOpening(task, wording)[0]?.content ?? "").matchAll(/^([a-z]+): (-?\d.*)$/gm)]
                .slice(0, 5)
                .map(([, key = "", value = ""]) => [key, task.parse(value) ?? Number.NaN]),
            );
            const examples = exchangesOf(task, wording);
            expect(examples).toHaveLength(6);
            let state = task.neutral;
            for (const [asked, said] of examples) {
              const keys = asked.replace("?", "").split(/, | \+ /);
              expect(keys).toHaveLength(task.name === "addition" ? 2 : keysPerTurn);
              const values = keys.map(
                (key) => (task.usesDictionary ? toy.get(key) : Number(key)) ?? Number.NaN,
              );
              const value = values.reduce((total, one) => task.combine(total, one), task.neutral);
              state = task.stateful ? task.combine(state, value) : value;
              expect(readAnswer(said, false, task.parse).answer, said).toBe(state);
              expect(said.startsWith("<answer>")).toBe(prompt === "direct");
            }
          }
        }
      }
    }
  });
});

describe("openings", () => {
  it.each(["text", "turns", "paper"] as const)("as %s hold the rollout's dictionary last", (shotsAs) => {
    const wording = taskSettings({ shotsAs });
    const instance = createInstance(dictSum, wording, 9, 0);
    const entries = [...dictionaryIn(contentsOf(openingOf(dictSum, wording, instance)))];
    expect(entries.slice(5)).toEqual(instance.dictionary.map(({ key, value }) => [key, value]));
  });

  it("hold nothing but the dictionary without examples, whatever the form", () => {
    const [first, ...more] = ["text", "turns"].map((shotsAs) =>
      drawnOpening(dictSum, taskSettings({ shots: 0, shotsAs: shotsAs as Wording["shotsAs"] })),
    );
    expect(more).toEqual([first]);
    expect(dictionaryIn(contentsOf(first ?? [])).size).toBe(20);
  });

  it("have a hash that follows the wording, not the seed", () => {
    const hash = (overrides: Partial<Wording>) => hashPrompt(dictSum, taskSettings(overrides));
    expect(hash({})).toBe(hash({}));
    const others = [{ shots: 3 }, { shotsAs: "turns" }, { shotsAs: "paper" }, { burnIn: 2 }] as const;
    expect(new Set([hash({}), ...others.map(hash)]).size).toBe(5);
    expect(hashPrompt(tasks.retrieval, taskSettings())).not.toBe(hash({}));
  });

  it("share everything before the list between rollouts, where examples are turns", () => {
    for (const task of [dictSum, tasks.retrieval, tasks.matrix]) {
      const wording = taskSettings({ shotsAs: "turns" });
      const [one, other] = [0, 1].map((rollout) => drawnOpening(task, wording, rollout));
      expect(one?.slice(0, -2)).toEqual(other?.slice(0, -2));
      expect(one?.at(-2)?.content).not.toBe(other?.at(-2)?.content);
    }
  });

  it("begin a new list at the state that the rollout starts from", () => {
    const wording = taskSettings({ shotsAs: "turns", start: "random" });
    const instance = createInstance(dictSum, wording, 1, 0);
    const [list, noted] = openingOf(dictSum, wording, instance).slice(-2);
    expect(list?.content).toContain(`The total is ${instance.start} now.`);
    expect(noted?.content).toBe(`<answer>${instance.start}</answer>`);
  });

  it("alternate between user and assistant behind the instructions", () => {
    for (const task of Object.values(tasks))
      for (const burnIn of [0, 2]) {
        const roles = drawnOpening(task, taskSettings({ shotsAs: "turns", burnIn })).map(({ role }) => role);
        expect(roles[0]).toBe("system");
        expect(roles.slice(1)).toEqual(
          roles.slice(1).map((_, index) => (index % 2 === 0 ? "user" : "assistant")),
        );
        expect(roles.length % 2).toBe(1);
      }
  });

  it("end in the reminder, as the paper's do", () => {
    const text = contentsOf(drawnOpening(dictSum, taskSettings({ shotsAs: "text" })));
    const paper = contentsOf(drawnOpening(dictSum, taskSettings({ shotsAs: "paper" })));
    expect(paper.startsWith(text)).toBe(true);
    expect(paper.slice(text.length)).toMatch(/^Remember: .*answer tags.*\n$/);
  });

  it("as text are worded as the shipped models were trained", () => {
    expect(textHead(dictSum, taskSettings()) + dictSum.begin(0)).toMatchInlineSnapshot(`
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
    expect(textHead(tasks.retrieval, taskSettings()) + tasks.retrieval.begin(0)).toMatchInlineSnapshot(`
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

describe("a burn-in", () => {
  it("shows right turns on the rollout's own dictionary, and the asked ones go on from there", () => {
    for (const task of Object.values(tasks)) {
      const wording = taskSettings({ shotsAs: "turns", burnIn: 3, turns: 5 });
      const without = createInstance(task, wording, 1, 0);
      const instance = givenOrDrawn(null, task, wording, 1, 0);
      expect(instance.turns.map(({ keys }) => keys)).toEqual(without.turns.map(({ keys }) => keys));
      const shown = openingOf(task, wording, instance).slice(-6);
      const answers = shown.flatMap(({ role, content }) =>
        role === "assistant" ? [readAnswer(content, false, task.parse).answer] : [],
      );
      expect(answers).toEqual(instance.before?.turns.map(({ truth }) => truth));
      const first = instance.turns[0];
      if (first !== undefined && task.stateful)
        expect(first.truth).toBe(task.combine(answers[2] ?? task.neutral, first.value));
    }
  });
});
